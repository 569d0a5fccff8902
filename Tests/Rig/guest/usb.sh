# Bridges on USB, plugged into Linux's virtual host controller (USB/IP).
. /rig/legs.sh
. /rig/buses.sh

modprobe vhci-hcd
modprobe ftdi_sio

# by_usb DEVICE PROFILE COMMAND…
by_usb() {
    start_far_end usb "$1" "$2"
    shift 2
    "$@"
    result=$?
    end_far_end
    [ $result = 0 ] || exit $result
}

# TPM2_Startup by the driver itself, then an exercise.
started() {
    tpmhw --tpm "$1" startup --clear || { dmesg | tail -n 3; fail startup; }
    exercise20 "$1"
}

# serial_driver: whose the bridge's interface is, which Linux takes for a serial port.
serial_driver() { basename "$(readlink /sys/bus/usb/devices/1-1:1.0/driver)"; }

# Linux's own driver takes the bridge first, gives it up, and gets it back.
bridge() {
    for second in $(seq 20); do
        [ ! -e /dev/ttyUSB0 ] || break
        sleep 0.2
    done
    must_be "the driver before" "$(serial_driver)" ftdi_sio
    started "$1"
    must_be "the driver after" "$(serial_driver)" ftdi_sio
}

leg stick by_usb ltt2go slb9670 started spi-ltt2go:
leg ftdi-spi by_usb ftdi-spi slb9670 bridge spi-ftdi:
leg ftdi-i2c by_usb ftdi-i2c strict-i2c bridge i2c-ftdi:

pyftdi() {
    start_far_end usb ftdi-spi slb9670 pyftdi
    python3 /rig/pyftdi-tpm.py || { end_far_end; fail pyftdi; }
    end_far_end
}

if [ -x /bin/python3 ]; then
    leg pyftdi pyftdi
else
    left_out pyftdi "python3-ftdi can't be had"
fi
