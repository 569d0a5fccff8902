/*
 * What the benchmark 'core' is compared with: the same work done through ESYS of tpm2-tss.
 *
 *   esys respond SOCKET SWTPM   answers clients of a Unix socket from memory, as answers.c has it
 *   esys memory SWTPM           measures, with answers from memory in this process
 *   esys socket SOCKET          measures over a Unix socket
 *
 * SOCKET and SWTPM are paths of Unix sockets that carry bare commands and responses. While it measures it reads lines
 * "OPERATION MILLISECONDS" from its input, and answers each with a line "COMMANDS SECONDS CPU_MICROSECONDS".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <tss2/tss2_esys.h>
#include "answers.h"
#include "bare.h"
#include "keys.h"

static ESYS_CONTEXT *esys;
static ESYS_TR key, salt, session;

static void check(TSS2_RC rc, const char *what)
{
    if (rc != TSS2_RC_SUCCESS) {
        fprintf(stderr, "%s: 0x%08x\n", what, rc);
        exit(1);
    }
}

/* The keys and the session. */

static void make_key(const TPM2B_PUBLIC *template, ESYS_TR *made)
{
    TPM2B_SENSITIVE_CREATE sensitive = { 0 };
    TPM2B_DATA outside = { 0 };
    TPML_PCR_SELECTION creation = { 0 };
    TPM2B_PUBLIC *public;
    TPM2B_CREATION_DATA *data;
    TPM2B_DIGEST *hash;
    TPMT_TK_CREATION *ticket;
    check(Esys_CreatePrimary(esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, template,
                             &outside, &creation, made, &public, &data, &hash, &ticket), "TPM2_CreatePrimary");
    Esys_Free(public);
    Esys_Free(data);
    Esys_Free(hash);
    Esys_Free(ticket);
}

static void start_session(void)
{
    TPM2B_PUBLIC template = { .publicArea = {
        .type = TPM2_ALG_ECC,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                            TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT | TPMA_OBJECT_NODA,
        .parameters.eccDetail = {
            .symmetric = { .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB },
            .scheme.scheme = TPM2_ALG_NULL,
            .curveID = TPM2_ECC_NIST_P256,
            .kdf.scheme = TPM2_ALG_NULL,
        },
    } };
    TPMT_SYM_DEF cipher = { .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB };
    make_key(&template, &salt);
    check(Esys_StartAuthSession(esys, salt, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL, TPM2_SE_HMAC,
                                &cipher, TPM2_ALG_SHA256, &session), "TPM2_StartAuthSession");
    check(Esys_TRSess_SetAttributes(esys, session, TPMA_SESSION_CONTINUESESSION | TPMA_SESSION_ENCRYPT, 0xff), "the session's attributes");
}

/* The operations. */

static TSS2_TCTI_CONTEXT *bytes;

static void raw(void)
{
    static const uint8_t command[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7b, 0, 32 };
    size_t size = MAX_SIZE;
    static uint8_t response[MAX_SIZE];
    check(Tss2_Tcti_Transmit(bytes, sizeof command, command), "raw bytes");
    check(Tss2_Tcti_Receive(bytes, &size, response, TSS2_TCTI_TIMEOUT_BLOCK), "raw bytes");
}

static void random_with(ESYS_TR with)
{
    TPM2B_DIGEST *random;
    check(Esys_GetRandom(esys, with, ESYS_TR_NONE, ESYS_TR_NONE, 32, &random), "TPM2_GetRandom");
    Esys_Free(random);
}

static void random_plain(void)
{
    random_with(ESYS_TR_NONE);
}

static void random_encrypted(void)
{
    if (session == 0)
        start_session();
    random_with(session);
}

static void pcr_read(void)
{
    static const TPML_PCR_SELECTION first_eight = {
        .count = 1,
        .pcrSelections = { { .hash = TPM2_ALG_SHA256, .sizeofSelect = 3, .pcrSelect = { 0xff, 0, 0 } } },
    };
    UINT32 counter;
    TPML_PCR_SELECTION *read;
    TPML_DIGEST *values;
    check(Esys_PCR_Read(esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &first_eight, &counter, &read, &values), "TPM2_PCR_Read");
    Esys_Free(read);
    Esys_Free(values);
}

static void sign(void)
{
    static const TPM2B_DIGEST digest = { .size = 32 };
    static const TPMT_SIG_SCHEME scheme = { .scheme = TPM2_ALG_NULL };
    static const TPMT_TK_HASHCHECK ticket = { .tag = TPM2_ST_HASHCHECK, .hierarchy = TPM2_RH_NULL };
    TPMT_SIGNATURE *signature;
    if (key == 0)
        make_key(&signing_key, &key);
    check(Esys_Sign(esys, key, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &digest, &scheme, &ticket, &signature), "TPM2_Sign");
    Esys_Free(signature);
}

static const struct {
    const char *name;
    void (*run)(void);
} operations[] = { { "raw", raw }, { "random", random_plain }, { "session", random_encrypted }, { "pcr", pcr_read }, { "sign", sign } };

/* The measuring. */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void measure(void (*run)(void), int milliseconds)
{
    long commands = 0, batch = 1;
    run(); /* makes the key or the session */
    double start = seconds(), cpu = cpu_seconds(), elapsed;
    do {
        for (long i = 0; i < batch; i++)
            run();
        commands += batch;
        elapsed = seconds() - start;
        if (elapsed < milliseconds / 1e5) /* so that the clock is read about a hundred times a round */
            batch *= 2;
    } while (elapsed < milliseconds / 1e3);
    printf("%ld %.9f %.3f\n", commands, elapsed, (cpu_seconds() - cpu) * 1e6);
    fflush(stdout);
}

int main(int count, char **words)
{
    if (count == 4 && strcmp(words[1], "respond") == 0)
        return respond(words[2], words[3]);
    if (count != 3 || (strcmp(words[1], "memory") != 0 && strcmp(words[1], "socket") != 0)) {
        fprintf(stderr, "usage: esys respond SOCKET SWTPM | esys memory SWTPM | esys socket SOCKET\n");
        return 2;
    }

    bytes = open_bare(words[2], strcmp(words[1], "memory") == 0);
    check(Esys_Initialize(&esys, bytes, NULL), "Esys_Initialize");

    char name[32];
    int milliseconds;
    while (scanf("%31s %d", name, &milliseconds) == 2)
        for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
            if (strcmp(operations[i].name, name) == 0)
                measure(operations[i].run, milliseconds);
    return 0;
}
