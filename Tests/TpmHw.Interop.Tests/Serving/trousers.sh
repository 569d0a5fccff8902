#!/bin/bash
# TrouSerS's daemon, and tpm-tools through it, on the TPM 1.2 that answers plain commands at 127.0.0.1:$1, in the
# current directory. The daemon itself listens on port $2. It starts as root and becomes the user tss. Anything that
# fails ends it; what it prints is the same on every new TPM.
set -euo pipefail

say() { echo "$@"; }
quiet() { "$@" >last.out 2>&1 || { cat last.out; exit 1; }; }

printf 'port = %s\nsystem_ps_file = %s/store/data\n' "$2" "$PWD" >tcsd.conf
mkdir store
chown root:tss tcsd.conf
chmod 640 tcsd.conf
chown tss store
chmod 755 . ..
TCSD_USE_TCP_DEVICE=1 TCSD_TCP_DEVICE_HOSTNAME=127.0.0.1 TCSD_TCP_DEVICE_PORT=$1 tcsd -f -e -c "$PWD/tcsd.conf" >tcsd.log 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null || break
    sleep 0.1
done

export TSS_TCSD_HOSTNAME=localhost TSS_TCSD_PORT=$2
tpm_version | grep -ao 'Chip Version: *1.2'
quiet tpm_selftest && say "tested"
tpm_createek >ek.out 2>&1 || true # it may have one
tpm_getpubek -u | grep -o 'Public Endorsement Key'
quiet tpm_takeownership -y -z && say "owned"
tpm_takeownership -y -z >again.out 2>&1 && exit 1
grep -o 'code=0008' again.out

# Sealed and opened again.
echo "sealed by a TPM 1.2" >secret
quiet tpm_sealdata -z -p 16 -i secret -o sealed
say "unsealed: $(tpm_unsealdata -z -i sealed)"

# NV memory.
quiet tpm_nvdefine -i 0x00011101 -s 13 -p "OWNERREAD|OWNERWRITE" -y
quiet tpm_nvwrite -i 0x00011101 -d "kept for good" -z
tpm_nvread -i 0x00011101 -z | head -n 1
quiet tpm_nvrelease -i 0x00011101 -y
say "end"
