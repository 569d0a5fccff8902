# TPM 2.0 on a command buffer.
. /rig/legs.sh

leg crb-device exercise20 device:/dev/tpm0
leg crb-device-rm exercise20 device:/dev/tpmrm0
leg crb-bound bound_refusal tpm_crb
leg mmio-crb exercise20 mmio:
