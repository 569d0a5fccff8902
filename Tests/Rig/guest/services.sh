# The units of Tools/systemd, by systemd, as they are: their sandboxes, and who may use what they serve.
. /rig/legs.sh
. /rig/buses.sh
. /rig/tools.sh

if [ ! -d /run/systemd/system ]; then
    left_out unit-serve "there is no systemd"
    left_out unit-vtpm "there is no systemd"
    exit
fi

# As udev does it where there is such a group.
start_buses
bind_spi spi0.0 spidev
chgrp spi /dev/spidev0.0
chmod 660 /dev/spidev0.0
echo MSFT0101:00 >/sys/bus/platform/drivers/tpm_tis/unbind

start_unit() {
    systemctl start "$1" && return
    systemctl status --no-pager --full "$1"
    fail "$(cat /rig/units.log)"
}

stop_unit() {
    systemctl stop "$1" || fail "$1 can't be stopped"
    must_be "how $1 has ended" "$(systemctl show --property Result --value "$1")" success
}

by() { # user, command
    su -s /bin/sh -c "PATH=/bin HOME=/tmp TPM2TOOLS_TCTI=$TPM2TOOLS_TCTI; export PATH HOME TPM2TOOLS_TCTI; $2" "$1"
}

unit_serve() {
    start_far_end qemu 0
    start_unit tpmhw-serve
    must_be "whose process it is" "$(stat -c %U "/proc/$(systemctl show --property MainPID --value tpmhw-serve)")" tpmhw
    export TPM2TOOLS_TCTI=swtpm:path=/run/tpmhw/tpm.sock
    tools20 $TPM2TOOLS_TCTI
    by member 'tpm2 getrandom --hex 8' || fail "a member of the group tss can't use it"
    ! by stranger 'tpm2 getrandom --hex 8' || fail "somebody else can use it"
    stop_unit tpmhw-serve
    end_far_end
}

unit_vtpm() {
    start_far_end qemu 0
    start_unit tpmhw-vtpm
    node=$(echo /dev/tpm[0-9])
    [ -e "$node" ] || fail "there is no /dev/tpmN"
    tools20 "device:/dev/tpmrm${node#/dev/tpm}"
    stop_unit tpmhw-vtpm
    [ ! -e "$node" ] || fail "$node is still there"
    end_far_end
}

leg unit-serve unit_serve
leg unit-vtpm unit_vtpm
