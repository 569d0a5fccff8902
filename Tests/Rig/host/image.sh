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
    cp "$rig"/guest/*.sh "$root/rig/"
    while read -r file; do
        install -D -m 644 "$file" "$root/${file#"$kernel_root/"}"
    done < <(module_files)

    depmod -b "$root" "$kernel" 2>/dev/null # complains about lists of built-in modules, which are not needed
    publish Tools/TpmHw.Cli tpmhw
    publish "$rig/FarEnd" farend
    copy_program "$(command -v swtpm)" /bin/swtpm
    copy_program "$(readlink -f "$(command -v tpm2_getcap)")" /bin/tpm2
    for file in "${guest_libraries[@]}"; do
        copy_file "$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -o "$file .*=> .*" | sed 's/.*=> //;q')"
    done

    build_modules
    (cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) >"$image"
    rm -rf "$root"
}

# As Tools/publish.sh does it: one file that needs no .NET.
publish() { # project, program
    quietly dotnet publish "$1" -c Release -r linux-x64 -p:Published=true -o "$work/$2" -v quiet --nologo
    copy_program "$work/$2/$2" "/bin/$2"
}

# The module for SPI, I2C and GPIO, and tpm_tis_i2c where its source can be had.
build_modules() {
    rm -rf "$work/module"
    cp -r "$rig/module" "$work/module"
    if find_tpm_tis_i2c; then
        cp "$kernel_root"/tpm_tis_i2c/* "$work/module/"
        echo 'obj-m += tpm_tis_i2c.o' >>"$work/module/Makefile"
    fi

    quietly make -C "$kernel_headers" M="$work/module" modules
    strip --strip-debug "$work"/module/*.ko
    cp "$work"/module/*.ko "$root/rig/"
}

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
