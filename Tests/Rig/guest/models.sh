# Linux's drivers judge TpmHw's models.
. /rig/legs.sh
. /rig/buses.sh

start_buses

# judged EXERCISE RELEASE…: by Linux's new device, then releases the driver and hears the model.
judged() {
    exercise=$1
    shift
    node=$(echo /dev/tpm[0-9])
    ([ -e "$node" ] && "$exercise" "device:$node")
    result=$?
    "$@"
    dmesg | grep -vE 'ima:|noqueue|from queue' | tail -n 5
    end_far_end
    must_be "the exercise's result" $result 0
}

# spi_model PROFILE EXERCISE
spi_model() {
    start_far_end model "$1"
    bind_spi spi0.0 tpm_tis_spi
    judged "$2" unbind_spi spi0.0
}

# i2c_model PROFILE DRIVER NAME ADDRESS EXERCISE
i2c_model() {
    start_far_end model "$1"
    modprobe "$2" 2>/dev/null || insmod "/rig/$2.ko"
    echo "$3 $4" >"/sys/bus/i2c/devices/$i2c/new_device"
    judged "$5" remove_i2c "$2" "$4"
}

# The device is there by ACPI, since the bus is.
cr50_model() {
    start_far_end model cr50-i2c
    modprobe tpm_tis_i2c_cr50
    judged "$1" rmmod tpm_tis_i2c_cr50
}

# With its module: tpm_i2c_infineon keeps the kind of chip that it saw first.
remove_i2c() {
    echo "$2" >"/sys/bus/i2c/devices/$i2c/delete_device"
    rmmod "$1"
}

leg model-slb9670 spi_model slb9670 exercise20
leg model-st33 spi_model st33 exercise20
leg model-strict spi_model strict exercise20
leg model-tpm12 spi_model slb9660-tpm12 exercise12
if [ -e /rig/tpm_tis_i2c.ko ]; then
    leg model-i2c i2c_model strict-i2c tpm_tis_i2c tpm_tis_i2c 0x2e exercise20
else
    left_out model-i2c "Debian does not build tpm_tis_i2c, and its source can't be had"
fi
leg model-slb9645 i2c_model slb9645 tpm_i2c_infineon slb9645tt 0x20 exercise12
leg model-slb9635 i2c_model slb9635-i2c tpm_i2c_infineon slb9635tt 0x20 exercise12
leg model-nuvoton i2c_model npct501 tpm_i2c_nuvoton tpm_i2c_nuvoton 0x57 exercise12
leg model-nuvoton2 i2c_model npct650 tpm_i2c_nuvoton tpm2_i2c_nuvoton 0x57 exercise20
leg model-cr50 cr50_model exercise20
leg model-st i2c_model st33zp24 tpm_st33zp24_i2c st33zp24-i2c 0x13 exercise12
leg model-atmel i2c_model at97sc3204t tpm_i2c_atmel tpm_i2c_atmel 0x29 exercise12
