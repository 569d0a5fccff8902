# shellcheck shell=bash
# What demo.sh, test.sh and Tests/Rig/run have in common: they source this from the repository's root and call need_sdk,
# need and build. It speaks on stderr, and only when there is something to do or to wait for.

# What is looked for, and the names of the package that brings it: the first that this distribution knows is taken.
declare -rA package_names=(
    [/usr/lib/*/ossl-modules/tpm2.so]='tpm2-openssl'
    [busybox]='busybox-static busybox'
    [cpio]='cpio'
    [depmod]='kmod'
    [dpkg-deb]='dpkg'
    [gcc]='gcc'
    [iasl]='acpica-tools'
    [libssl.so.3]='libssl3 libssl3t64'
    [libtpms.so.0]='libtpms0 libtpms0t64'
    [libtss2-tcti-device.so.0]='libtss2-tcti-device0 libtss2-tcti-device0t64'
    [libtss2-tcti-mssim.so.0]='libtss2-tcti-mssim0 libtss2-tcti-mssim0t64'
    [libtss2-tcti-swtpm.so.0]='libtss2-tcti-swtpm0 libtss2-tcti-swtpm0t64'
    [make]='make'
    [openssl]='openssl'
    [qemu-system-x86_64]='qemu-system-x86'
    [swtpm]='swtpm'
    [swtpm_setup]='swtpm-tools'
    [tcsd]='trousers'
    [tpm2_getcap]='tpm2-tools'
    [tpm_version]='tpm-tools'
    [tsscreateprimary]='tss2'
    [/usr/lib/python3/dist-packages/pyftdi]='python3-ftdi'
    [tss2_provision]='tpm2-tools'
    [/etc/tpm2-tss/fapi-profiles]='libtss2-fapi1 libtss2-fapi1t64'
    [/usr/include/stdio.h]='libc6-dev'
    [/lib/systemd/systemd]='systemd'
    [systemd-analyze]='systemd'
    [wine]='wine'
    [x86_64-w64-mingw32-gcc]='gcc-mingw-w64-x86-64'
    [xz]='xz-utils'
)

say() { printf '%s\n' "$*" >&2; }

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# Finds the .NET SDK that global.json asks for: on the PATH, or where its installers put it.
need_sdk() {
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
    if [[ ! -w ${HOME:-} ]]; then # some build services give a job no home, and NuGet needs one
        export HOME=$PWD/artifacts/home
        mkdir -p "$HOME"
    fi

    if ! library_is_here libicuuc.so; then # the SDK starts without ICU only when told to
        export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
    fi

    local dotnet
    for dotnet in dotnet "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
        if [[ $("$dotnet" --version 2>/dev/null) == 10.0.* ]]; then
            dotnet=$(readlink -f "$(command -v "$dotnet")")
            PATH=${dotnet%/*}:$PATH
            if [[ -d ${dotnet%/*}/host/fxr ]]; then # programs that are built here look there for the runtime
                export DOTNET_ROOT=${dotnet%/*}
            fi

            return
        fi
    done

    local install='curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0'
    if package_is_known dotnet-sdk-10.0; then
        install='sudo apt-get install -y dotnet-sdk-10.0'
    fi

    fail 'TpmHw needs the .NET SDK 10.0, which was not found. To install it:' "    $install"
}

# Installs what is missing of the named libraries and commands, or says how to.
need() {
    local name missing=() packages=() lists_are_empty=false
    for name in "$@"; do
        is_here "$name" || missing+=("$name")
    done

    if [[ ${#missing[@]} == 0 ]]; then
        return
    fi

    if ! command -v apt-get >/dev/null; then
        fail "Missing here: ${missing[*]}. They come with libtpms, swtpm, tpm2-tools and a C compiler: install those with this system's package manager."
    fi

    choose_packages
    if [[ $(id -u) != 0 ]] && ! may_use_sudo; then
        fail "Missing here: ${missing[*]}. To install them:" "    sudo apt-get update && sudo apt-get install -y ${packages[*]}"
    fi

    if $lists_are_empty; then
        say 'Reading the package lists (apt-get update)'
        quietly apt_get update
        choose_packages
    fi

    say "Installing ${packages[*]} (apt-get install)"
    if ! install_packages >/dev/null 2>&1; then
        quietly apt_get update # the lists may name versions that the servers no longer have
        quietly install_packages
    fi

    for name in "${missing[@]}"; do
        is_here "$name" || fail "There is still no $name, although ${packages[*]} is installed."
    done
}

# As need, for what can be done without: fails where it can't be installed, and says so.
want() {
    (need "${@:2}") || { say "Left out: the tests with $1."; false; }
}

# Builds a project or solution in Release.
build() {
    say 'Building (about a minute the first time)'
    quietly dotnet build "$1" --configuration Release --nologo --verbosity quiet -consoleLoggerParameters:NoSummary
}

is_here() {
    case $1 in
        /*) compgen -G "$1" >/dev/null ;;
        *.so.*) library_is_here "$1" ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

library_is_here() {
    local folder
    for folder in ${LD_LIBRARY_PATH+${LD_LIBRARY_PATH//:/ }}; do
        [[ ! -e $folder/$1 ]] || return 0
    done

    # Not grep -q, which leaves early: pipefail would take ldconfig's broken pipe for an absent library.
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -F "$1" >/dev/null
}

package_is_known() {
    command -v apt-cache >/dev/null && LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep 'Candidate: [^(]' >/dev/null
}

# From missing to packages; lists_are_empty where apt knows none of a package's names.
choose_packages() {
    local name package known
    packages=()
    lists_are_empty=false
    for name in "${missing[@]}"; do
        known=
        for package in ${package_names[$name]}; do
            if package_is_known "$package"; then
                known=$package
                break
            fi
        done

        [[ $known ]] || lists_are_empty=true
        known=${known:-${package_names[$name]%% *}}
        [[ " ${packages[*]} " == *" $known "* ]] || packages+=("$known")
    done
}

may_use_sudo() {
    command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }
}

apt_get() {
    local as_root=()
    if [[ $(id -u) != 0 ]]; then
        as_root=(sudo)
    fi

    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() { apt_get install -y --no-remove --no-install-recommends "${packages[@]}" </dev/null; }

# Runs a command without its output, unless it fails.
quietly() {
    local output
    output=$("$@" 2>&1) || fail "$output" "This failed: $*"
}
