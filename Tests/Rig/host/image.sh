# shellcheck shell=bash
# The guest's file system, an initramfs: busybox, kernel modules, tpmhw as it is published. Sourced by Tests/Rig/run.

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
    quietly Tools/publish.sh linux-x64
    copy_program artifacts/publish/linux-x64/tpmhw /bin/tpmhw
    (cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) >"$image"
    rm -rf "$root"
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
