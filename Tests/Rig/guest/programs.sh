# Programs of others on one side, tpmhw on the other: QEMU and Linux on `tpmhw serve`, tpm2-tools, swtpm.
. /rig/legs.sh
. /rig/tools.sh

ifconfig lo up
modprobe tpm_vtpm_proxy

# started LOG PATTERN: until a program that runs in the background says that it is ready.
started() {
    for second in $(seq 40); do
        ! grep -q "$2" "$1" || return 0
        sleep 0.5
    done
    cat "$1"
    fail "'$2' is not in its log"
}

# QEMU's registers are on the host's `tpmhw serve`, which the tools of the guest don't know.
served() {
    must_be "the family that Linux has found" "$(cat /sys/class/tpm/tpm0/tpm_version_major)" 2
    tools20 device:/dev/tpmrm0
}

# vtpm CONNECTION EXERCISE: a device that Linux makes for `tpmhw serve`, and takes away with it.
vtpm() {
    tpmhw serve --tpm "$1" --listen vtpm >/tmp/vtpm.log 2>&1 &
    server=$!
    started /tmp/vtpm.log 'listening on /dev/tpm'
    node=$(sed -n 's/.*listening on //p' /tmp/vtpm.log)
    "$2" "$node" || fail "$2"
    kill -TERM $server
    wait $server || fail "the server ended with $?"
    sleep 0.5
    [ ! -e "$node" ] || fail "$node is still there"
}

vtpm_tools20() {
    must_be "the family that Linux has found" "$(cat "/sys/class/tpm/${1#/dev/}/tpm_version_major")" 2
    tools20 "device:/dev/tpmrm${1#/dev/tpm}"
}

vtpm_exercise12() { exercise12 "device:$1"; }

with_swtpm() {
    swtpm socket --tpm2 --tpmstate dir=/tmp --server type=unixio,path=/tmp/swtpm --ctrl type=unixio,path=/tmp/swtpm.ctrl \
        --flags not-need-init,startup-clear --daemon || fail swtpm
    exercise20 swtpm:path=/tmp/swtpm,ctrl-path=/tmp/swtpm.ctrl
}

with_plain_bytes() { exercise20 raw:path=/tmp/swtpm; }

with_tpm2_send() { exercise20 "cmd:tpm2 send -T swtpm:path=/tmp/swtpm"; }

# Both sides of this protocol meet tpm2-tss's, since nobody packages the simulator.
with_mssim() {
    tpmhw serve --tpm libtpms --listen mssim:port=2321 >/tmp/serve.log 2>&1 &
    started /tmp/serve.log mssim
    tools20 mssim:host=127.0.0.1,port=2321
    must_be "PCR 16 by tpmhw" "$(pcr16 mssim:host=127.0.0.1,port=2321)" "$(tools_pcr16)"
    exercise20 mssim:host=127.0.0.1,port=2321
}

leg served served
leg vtpm vtpm libtpms vtpm_tools20
leg vtpm12 vtpm libtpms:version=1.2 vtpm_exercise12
leg swtpm with_swtpm
leg raw with_plain_bytes
leg cmd with_tpm2_send
leg mssim with_mssim
leg libtpms commands20 libtpms $startup # which loses its PCRs with the process
