# shellcheck shell=bash
# The guest's file system, an initramfs: busybox, kernel modules, tpmhw and farend, swtpm and tpm2-tools. Sourced by
# Tests/Rig/run.

# Those that programs open by themselves: tpmhw's, and tpm2-tools'.
readonly guest_libraries=(libtpms.so.0 libssl.so.3 libtss2-tcti-device.so.0 libtss2-tcti-swtpm.so.0 libtss2-tcti-mssim.so.0)

# Sets image. Built anew each time.
build_image() {
    say 'Publishing tpmhw and making the guest'
    image=$work/guest.cpio
    local root=$work/root file
    rm -rf "$root"
    mkdir -p "$root"/{bin,dev,proc,sys,tmp,rig}
    copy_program "$(command -v busybox)" /bin/busybox
    ln -s busybox "$root/bin/sh"
    install -m 755 "$rig/guest/init" "$root/init"
    cp "$rig"/guest/*.{sh,py} "$root/rig/"
    while read -r file; do
        install -D -m 644 "$file" "$root/${file#"$kernel_root/"}"
    done < <(module_files)

    depmod -b "$root" "$kernel" 2>/dev/null # complains about lists of built-in modules, which are not needed
    publish Tools/TpmHw.Cli tpmhw
    publish "$rig/FarEnd" farend
    copy_program "$(command -v swtpm)" /bin/swtpm
    copy_program "$(readlink -f "$(command -v tpm2_getcap)")" /bin/tpm2
    for file in "${guest_libraries[@]}"; do
        copy_file "$(library_file "$file")"
    done

    build_modules
    pack "$root" "$image"
}

# Sets python_image, which is added to image where a guest is to have pyftdi. Without it that one leg is left out.
build_python_image() {
    local packages=/usr/lib/python3/dist-packages root=$work/python file
    python_image=
    (need $packages/pyftdi) >/dev/null 2>&1 || return 0
    python_image=$work/python.cpio
    rm -rf "$root"
    mkdir -p "$root/rig" "$root$packages"
    cp -r $packages/{pyftdi,usb} "$root$packages/"
    copy_program "$(readlink -f /usr/bin/python3)" /bin/python3 # not one of the user's own
    copy_file "$(library_file libusb-1.0.so.0)"
    while read -r file; do
        install -D "$file" "$root$file"
    done < <(find "$(/usr/bin/python3 -c 'import os; print(os.path.dirname(os.__file__))')" -type f \( -name '*.py' -o -name '*.pyc' -o -name '_ctypes*.so' \) \
        -not -path '*/test/*' -not -path '*/lib2to3/*' -not -path '*/idlelib/*' -not -path '*/ensurepip/*' -not -path '*-packages/*')

    for file in $(find "$root" -name '*.so'); do
        copy_libraries "$file"
    done
    pack "$root" "$python_image"
}

# Sets systemd_image, which is added to image where systemd is to be the first process, with the units that tpmhw comes
# with. Without it those legs are left out.
build_systemd_image() {
    local units=/lib/systemd/system root=$work/systemd file
    systemd_image=
    (need /lib/systemd/systemd) >/dev/null 2>&1 || return 0
    systemd_image=$work/systemd.cpio
    rm -rf "$root"
    mkdir -p "$root"/{etc/systemd/system/service.d,home,run,sbin,usr/bin,var/tmp} "$root$units"
    copy_program /lib/systemd/systemd /lib/systemd/systemd
    copy_program "$(command -v systemctl)" /bin/systemctl
    for file in libseccomp.so.2 libmount.so.1; do # which it opens by itself, or may
        copy_file "$(library_file $file)"
    done
    cp $units/*.target $units/*.slice $units/modprobe@.service "$rig/guest/rig.service" "$root$units/"
    cp Tools/systemd/*.service "$root/etc/systemd/system/"
    printf '%s\n' '[Service]' Environment=TPM=spidev:/dev/spidev0.0 StandardError=append:/rig/units.log >"$root/etc/systemd/system/service.d/rig.conf" # there is no journal
    ln -s /bin/tpmhw "$root/usr/bin/tpmhw"
    ln -s /bin/busybox "$root/sbin/modprobe"
    printf '%s\n' root:x:0:0::/:/bin/sh tpmhw:x:100:100::/:/bin/false member:x:101:101::/:/bin/sh stranger:x:102:102::/:/bin/sh >"$root/etc/passwd"
    printf '%s\n' root:x:0: tpmhw:x:100: member:x:101: stranger:x:102: tss:x:110:member spi:x:111: i2c:x:112: gpio:x:113: >"$root/etc/group"
    echo 'ID=rig' >"$root/etc/os-release"
    pack "$root" "$systemd_image"
}

# Whether the caller has put something there that is to stay as it is: RIG_MADE has tpmhw, farend, module.
was_made() { [[ " ${RIG_MADE:-} " == *" $1 "* ]]; }

pack() { # folder, cpio archive
    (cd "$1" && find . | cpio -o -H newc --quiet -R 0:0) >"$2"
    rm -rf "$1"
}

# As Tools/publish.sh does it: one file that needs no .NET.
publish() { # project, program
    was_made "$2" || quietly dotnet publish "$1" -c Release -r linux-x64 -p:Published=true -o "$work/$2" -v quiet --nologo
    copy_program "$work/$2/$2" "/bin/$2"
}

# The module for SPI, I2C and GPIO, and tpm_tis_i2c where its source can be had.
build_modules() {
    if ! was_made module; then
        rm -rf "$work/module"
        cp -r "$rig/module" "$work/module"
        if find_tpm_tis_i2c; then
            cp "$kernel_root"/tpm_tis_i2c/* "$work/module/"
            echo 'obj-m += tpm_tis_i2c.o' >>"$work/module/Makefile"
        fi

        quietly make -C "$kernel_headers" M="$work/module" modules
        strip --strip-debug "$work"/module/*.ko
    fi

    cp "$work"/module/*.ko "$root/rig/"
}

library_file() { PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -o "$1 .*=> .*" | sed 's/.*=> //;q'; }

copy_file() { # to the same place
    [[ -e $root$1 ]] || install -D -m 755 "$1" "$root$1"
    copy_libraries "$1"
}

copy_program() { # file, place in the guest
    install -D -m 755 "$1" "$root$2"
    copy_libraries "$1"
}

# The shared libraries that files need, to the same places.
copy_libraries() {
    local library
    while read -r library; do
        [[ -e $root$library ]] || install -D -m 755 "$library" "$root$library"
    done < <(ldd "$@" 2>/dev/null | grep -o '/[^ :]*\.so[^ :]*' | grep -v "^$root" | sort -u)
}
