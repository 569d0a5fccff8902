#!/bin/bash
# OpenSSL with keys of the TPM that TPM2OPENSSL_TCTI names, by tpm2-openssl's provider, in the current directory.
# Anything that fails ends it; what it prints is the same on every TPM.
set -euo pipefail

say() { echo "$@"; }
tpm=(-provider tpm2 -provider default -propquery '?provider=tpm2')

# The TPM signs, OpenSSL's own code believes it.
echo "a message" >message
openssl genpkey -provider tpm2 -algorithm EC -pkeyopt group:P-256 -out key.pem
head -n 1 key.pem
openssl pkey -provider tpm2 -provider base -in key.pem -pubout -out key.pub
openssl pkeyutl "${tpm[@]}" -sign -inkey key.pem -rawin -digest sha256 -in message -out signature
openssl dgst -sha256 -verify key.pub -signature signature message
openssl genpkey -provider tpm2 -algorithm RSA -pkeyopt bits:2048 -out rsa.pem
openssl pkey -provider tpm2 -provider base -in rsa.pem -pubout -out rsa.pub
openssl pkeyutl -pubin -encrypt -inkey rsa.pub -in message -out cipher
say "decrypted: $(openssl pkeyutl "${tpm[@]}" -decrypt -inkey rsa.pem -in cipher)"

# A server whose certificate's key the TPM has, and a client without any TPM.
openssl req "${tpm[@]}" -x509 -new -key key.pem -subj /CN=localhost -days 2 -out cert.pem
openssl verify -CAfile cert.pem cert.pem
openssl s_server "${tpm[@]}" -accept 127.0.0.1:0 -naccept 2 -key key.pem -cert cert.pem -www >server.out 2>server.err &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    port=$(grep -o '^ACCEPT .*' server.out | grep -o '[0-9]*$' || true)
    [[ -z $port ]] || break
    sleep 0.1
done
for _ in 1 2; do
    printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -connect "127.0.0.1:$port" -CAfile cert.pem -verify_return_error -tls1_3 -ign_eof >client.out 2>client.err
    grep -E '^(Peer signature type|Verification)' client.out
done
wait $server
say "end"
