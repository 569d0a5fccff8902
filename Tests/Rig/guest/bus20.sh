# TPM 2.0 on Linux's SPI, I2C and GPIO, at whose far end are QEMU's registers.
. /rig/legs.sh
. /rig/buses.sh

start_buses
bind_spi spi0.0 spidev
bind_spi spi0.1 spidev
echo MSFT0101:00 >/sys/bus/platform/drivers/tpm_tis/unbind

# by_far_end WAITS COMMAND…
by_far_end() {
    start_far_end qemu "$1"
    shift
    "$@"
    end_far_end
}

waits() {
    for count in 1 5; do
        by_far_end $count exercise20 spidev:/dev/spidev0.0
    done
}

# TPM_DATA_CSUM finds what the wire does to a long response that is the same every time: TPM2_GetCapability of all commands.
noise() {
    start_far_end qemu 0 701
    command=8001000000160000017a000000020000011f00000100
    responses=$(tpmhw --tpm "i2cdev:/dev/$i2c" transmit --hex $command $command $command $command $command $command) || fail transmit
    next_response
    first=$response
    must_be "whether the response is a long one" $((${#first} > 800)) 1
    while [ -n "$responses" ]; do
        next_response
        must_be "a response" "$response" "$first"
    done
    must_be "whether bits have flipped" $(($(grep -c 'a bit flips' /tmp/farend.log) >= 3)) 1
    end_far_end
}

# Data, and the line has moved.
interrupts() {
    exercise20 "$1,irq=TPM_PIRQ"
    grep -q 'Interrupt is low' /tmp/farend.log || fail "no interrupt was seen"
    must_be "the number of interrupts that were not acknowledged" \
        $(($(grep -c 'Interrupt is low' /tmp/farend.log) - $(grep -c 'Interrupt is high' /tmp/farend.log))) 0
}

resets() {
    tpm=spidev:/dev/spidev0.0,reset=$gpio/1
    tpmhw --tpm "$tpm" reset || fail "reset"
    must_say "$(tr '\n' ' ' </tmp/farend.log)" 'Reset is high .*Reset is low .*Reset is high'
    must_be "the number of falls of the line" "$(grep -c 'Reset is low' /tmp/farend.log)" 1
    tpmhw --tpm "$tpm" getrandom --hex 4 || fail "the TPM does not work after the reset"
    must_be "the number of falls after another use" "$(grep -c 'Reset is low' /tmp/farend.log)" 1
}

leg spidev by_far_end 0 exercise20 spidev:/dev/spidev0.0
leg spidev-waits waits
leg spidev-cs by_far_end 1 exercise20 "spidev:/dev/spidev0.1,cs=$gpio/2"
leg spidev-irq by_far_end 0 interrupts spidev:/dev/spidev0.0
leg spidev-reset by_far_end 0 resets
leg i2cdev by_far_end 0 exercise20 "i2cdev:/dev/$i2c"
leg i2cdev-noise noise
leg i2cdev-irq by_far_end 0 interrupts "i2cdev:/dev/$i2c"
