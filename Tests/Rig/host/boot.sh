# shellcheck shell=bash
# One guest: swtpm, or tpmhw in its place, behind QEMU's TPM registers, Debian's kernel, software emulation (KVM is often
# not there where tests run). Sourced by Tests/Rig/run.

readonly guest_seconds=600 # far more than any boot takes, on a machine that is busy as well

# boot -> QEMU's TPM device, and the family of swtpm's TPM or tpmhw. One that is not here has no TPM.
declare -rA tpm_devices=([tis20]='tpm-tis' [programs]='tpm-tis' [bus20]='tpm-tis' [services]='tpm-tis' [crb20]='tpm-crb' [tis12]='tpm-tis')
declare -rA tpm_families=([tis20]=2.0 [programs]=tpmhw [bus20]=2.0 [services]=2.0 [crb20]=2.0 [tis12]=1.2)

# Runs a boot's legs, or some of them (by commas); its console becomes <boot>.log. QEMU ends with the guest, or by the time limit.
start_guest() {
    local boot=$1 state log=$work/$1.log emulator='' tpm=()
    : >"$log"
    state=$(mktemp -d) # short enough for the path of a Unix socket
    say "Guest $boot"
    case ${tpm_families[$boot]:-} in
        '') ;;
        tpmhw)
            timeout --foreground --kill-after=5 $((2 * guest_seconds)) "$work/tpmhw/tpmhw" serve --tpm libtpms --listen "swtpm:path=$state/data,ctrl-path=$state/control" 2>"$state/log" &
            emulator=$!
            ;;
        *)
            local options=(--tpmstate "dir=$state" --ctrl "type=unixio,path=$state/control" --log "file=$state/log")
            [[ ${tpm_families[$boot]} != 2.0 ]] || options+=(--tpm2)
            swtpm socket "${options[@]}" --flags not-need-init --terminate &
            emulator=$!
            ;;
    esac

    if [[ $emulator ]]; then
        local tenth
        for ((tenth = 0; tenth < 100; tenth++)); do
            [[ ! -S $state/control ]] || break
            sleep 0.1
        done
        tpm=(-chardev "socket,id=tpm,path=$state/control" -tpmdev emulator,id=tpm,chardev=tpm -device "${tpm_devices[$boot]},tpmdev=tpm")
    fi

    local files=$image added=''
    case $boot in
        usb) added=$python_image ;;
        services) added=$systemd_image ;;
    esac
    if [[ $added ]]; then
        files=$state/files # two archives, which Linux unpacks one after the other
        cat "$image" "$added" >"$files"
    fi

    local tables=()
    if [[ $boot == models ]]; then
        quietly iasl -p "$state/cr50" "$rig/host/cr50.asl"
        tables=(-acpitable "file=$state/cr50.aml")
    fi

    # A bzImage: with vmlinux QEMU's own boot code loses the ACPI tables, in which the kernel looks for the TPM.
    timeout --foreground --kill-after=5 "$guest_seconds" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 \
        -nodefaults -no-user-config -display none -serial stdio -no-reboot \
        -kernel "$kernel_root/boot/vmlinuz-$kernel" -initrd "$files" \
        -append "console=ttyS0 quiet panic=-1 reboot=t rig.boot=$boot rig.legs=${2:-}" \
        "${tpm[@]}" "${tables[@]}" </dev/null 2>&1 | sed -u 's/\r//' >"$log" || echo "rig: QEMU ended with $?" >>"$log"
    if [[ $emulator ]]; then
        kill "$emulator" 2>/dev/null || true # swtpm ends with QEMU
        wait "$emulator" || true
        sed 's/^/emulator: /' "$state/log" >>"$log" || true
    fi

    rm -rf "$state"
}
