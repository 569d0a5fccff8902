# TPM 1.2 on FIFO registers.
. /rig/legs.sh

leg device12 exercise12 device:/dev/tpm0
leg mmio12-bound bound_refusal tpm_tis
leg mmio12 exercise12 mmio:0xFED40000

. /rig/buses.sh
start_buses
bind_spi spi0.0 spidev
spidev12() {
    start_far_end qemu 1
    exercise12 spidev:/dev/spidev0.0
    end_far_end
}

leg spidev12 spidev12
