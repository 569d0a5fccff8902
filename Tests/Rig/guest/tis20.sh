# TPM 2.0 on FIFO registers.
. /rig/legs.sh

# What Linux's TPM has said, said again without it.
replay() {
    said=$(tpmhw --tpm device:/dev/tpmrm0 --no-protection --record /tmp/session.tpmrec getrandom --hex 16) || fail getrandom
    must_be "what is played back" "$(tpmhw --tpm replay:/tmp/session.tpmrec getrandom --hex 16)" "$said"
}

leg auto exercise20 auto
leg device exercise20 device:/dev/tpm0
leg replay replay
leg device-rm exercise20 device:/dev/tpmrm0
leg mmio-bound bound_refusal tpm_tis
leg mmio-fifo exercise20 mmio:0xFED40000
