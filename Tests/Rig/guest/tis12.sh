# TPM 1.2 on FIFO registers.
. /rig/legs.sh

leg device12 exercise12 device:/dev/tpm0
leg mmio12-bound bound_refusal tpm_tis
leg mmio12 exercise12 mmio:0xFED40000
