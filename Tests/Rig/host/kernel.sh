# shellcheck shell=bash
# Debian's kernel for the guest: downloaded and unpacked, never installed. Sourced by Tests/Rig/run.

# Modules of the kernel that guests load, beside those that they need in turn.
readonly guest_modules=(tpm_tis_spi tpm_i2c_infineon tpm_i2c_nuvoton tpm_i2c_atmel tpm_st33zp24_i2c tpm_tis_i2c_cr50 spidev i2c-dev vhci-hcd ftdi_sio tpm_vtpm_proxy)

# Sets kernel (a version), kernel_root (where it is unpacked) and kernel_headers; otherwise reason, and fails.
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

    kernel_headers=/usr/src/linux-headers-$kernel
    if [[ ! -e $kernel_headers/Makefile ]]; then
        packages=("linux-headers-$kernel")
        say "Installing ${packages[*]} (apt-get install)"
        if ! install_packages >/dev/null 2>&1; then
            reason="${packages[*]} can't be installed"
            return 1
        fi
    fi
}

# The files of modules and of what they need, in the order in which to load them.
module_files() {
    local module
    for module in "${guest_modules[@]}"; do
        /sbin/modprobe -d "$kernel_root" -S "$kernel" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'
    done | awk '!seen[$0]++'
}

# tpm_tis_i2c, which Debian does not build: its source into the folder kernel_root/tpm_tis_i2c. Fails where it can't.
find_tpm_tis_i2c() {
    local sources=$kernel_root/tpm_tis_i2c version=${kernel%.0-*}
    if [[ ! -e $sources/tpm_tis_i2c.c ]]; then
        say "Downloading linux-source-$version (apt-get download)"
        rm -rf "$sources" "$sources.new"
        mkdir -p "$sources.new"
        (
            cd "$sources.new" && apt-get download "linux-source-$version" >/dev/null 2>&1 && dpkg-deb -x ./*.deb . &&
                tar -xJf usr/src/linux-source-*.tar.xz --strip-components=4 --occurrence=1 \
                    "linux-source-$version/drivers/char/tpm/"{tpm.h,tpm_tis_core.h,tpm_tis_i2c.c} && rm -rf usr ./*.deb
        ) || return 1
        mv "$sources.new" "$sources"
    fi
}
