# shellcheck shell=bash
# Debian's kernel for the guest: downloaded and unpacked, never installed. Sourced by Tests/Rig/run.

# Modules of the kernel that guests load, beside those that they need in turn.
readonly guest_modules=(tpm_tis_spi spidev i2c-dev vhci-hcd)

# Sets kernel (a version) and kernel_root (where it is unpacked); otherwise reason, and fails.
find_kernel() {
    local image
    image=$(LC_ALL=C apt-cache depends linux-image-amd64 2>/dev/null | awk '$1 == "Depends:" { print $2; exit }')
    if [[ -z $image ]]; then
        quietly apt_get update || true
        image=$(LC_ALL=C apt-cache depends linux-image-amd64 2>/dev/null | awk '$1 == "Depends:" { print $2; exit }')
    fi

    kernel=${image#linux-image-}
    kernel_root=$work/kernel/$kernel
    if [[ -z $kernel ]]; then
        reason='apt knows no linux-image-amd64'
        return 1
    fi

    if [[ ! -e $kernel_root/boot/vmlinuz-$kernel ]]; then
        say "Downloading $image (apt-get download)"
        rm -rf "$kernel_root.new" "$kernel_root"
        mkdir -p "$kernel_root.new"
        if ! (cd "$kernel_root.new" && apt-get download "$image" >/dev/null 2>&1 && dpkg-deb -x ./*.deb . && rm ./*.deb); then
            reason="apt can't download $image"
            return 1
        fi

        depmod -b "$kernel_root.new" "$kernel"
        mv "$kernel_root.new" "$kernel_root"
    fi
}

# The files of modules and of what they need, in the order in which to load them.
module_files() {
    local module
    for module in "${guest_modules[@]}"; do
        /sbin/modprobe -d "$kernel_root" -S "$kernel" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
    done | awk '!seen[$0]++'
}
