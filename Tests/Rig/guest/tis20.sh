# TPM 2.0 on FIFO registers.
. /rig/legs.sh

leg device exercise20 device:/dev/tpm0
leg device-rm exercise20 device:/dev/tpmrm0
leg mmio-bound bound_refusal tpm_tis
leg mmio-fifo exercise20 mmio:0xFED40000
