# The buses of the module tpmrig, and what is at their far end.

start_buses() {
    for module in spidev i2c-dev tpm_tis_spi; do
        modprobe $module 2>/dev/null # those that are not there are built in
    done
    insmod /rig/tpmrig.ko
    for folder in /sys/class/i2c-dev/*; do
        [ "$(cat "$folder/name")" != tpmrig ] || i2c=${folder##*/}
    done
    for folder in /sys/bus/gpio/devices/*; do
        gpio=${folder##*/}
    done
}

# bind_spi DEVICE DRIVER
bind_spi() {
    echo "$2" >"/sys/bus/spi/devices/$1/driver_override"
    echo "$1" >"/sys/bus/spi/drivers/$2/bind"
}

unbind_spi() { echo "$1" >"/sys/bus/spi/devices/$1/driver/unbind"; }

# start_far_end WHAT…
start_far_end() {
    farend "$@" >/tmp/farend.log 2>&1 &
    far_end=$!
    for second in $(seq 40); do
        ! grep -q 'farend: ready' /tmp/farend.log || return 0
        sleep 1
    done
    cat /tmp/farend.log
    fail "farend $* did not start"
}

# Its end tells whether a model found fault with its driver.
end_far_end() {
    kill -TERM $far_end
    wait $far_end
    far_result=$?
    cat /tmp/farend.log
    [ $far_result = 0 ] || fail "farend ended with $far_result: $(grep ' rules broken' /tmp/farend.log), $(sed -n 's/^farend: \(.* µs .*\)/\1/p' /tmp/farend.log | head -n 1)"
}
