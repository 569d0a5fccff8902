/*
 * What the benchmark 'serve' measures with: clients of a TPM that is shared, each a thread with a connection of its own.
 *
 *   clients TCTI CLIENTS KEYS
 *
 * TCTI is a configuration string of tpm2-tss, or bare:PATH for a Unix socket that carries bare commands. Each client
 * loads so many keys and uses them in turn. When all are ready it says so; then it reads lines "OPERATION MILLISECONDS"
 * from its input, and answers each with a line "COMMANDS SECONDS".
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tss2/tss2_esys.h>
#include <tss2/tss2_tctildr.h>
#include "answers.h"
#include "bare.h"
#include "keys.h"

#define MOST_KEYS 16

struct client {
    TSS2_TCTI_CONTEXT *tcti;
    uint32_t keys[MOST_KEYS];
    long commands;
    const struct operation *operation;
    pthread_t thread;
};

struct operation {
    const char *name;
    uint8_t command[80];
    size_t size;
    size_t key_at; /* where the key's handle stands; 0 for none */
};

static const struct operation operations[] = {
    { "random", { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7b, 0, 32 }, 12, 0 },
    { "readpublic", { 0x80, 0x01, 0, 0, 0, 14, 0, 0, 0x01, 0x73 }, 14, 10 },
    { "sign",
      { 0x80, 0x02, 0, 0, 0, 71, 0, 0, 0x01, 0x5d, 0, 0, 0, 0,
        0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0, /* a password, empty */
        0, 32, [61] = 0, 0x10,                    /* a digest of zeros, the key's scheme */
        0x80, 0x24, 0x40, 0, 0, 7, 0, 0 },        /* no ticket */
      71, 10 },
};

static int key_count;
static double until;

static void check(TSS2_RC rc, const char *what)
{
    if (rc != TSS2_RC_SUCCESS) {
        fprintf(stderr, "%s: 0x%08x\n", what, rc);
        exit(1);
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static TSS2_TCTI_CONTEXT *open_tcti(const char *name)
{
    TSS2_TCTI_CONTEXT *opened;
    if (strncmp(name, "bare:", 5) == 0)
        return open_bare(name + 5, 0);
    check(Tss2_TctiLdr_Initialize(name, &opened), name);
    return opened;
}

static uint32_t make_key(ESYS_CONTEXT *esys)
{
    TPM2B_SENSITIVE_CREATE sensitive = { 0 };
    TPM2B_DATA outside = { 0 };
    TPML_PCR_SELECTION creation = { 0 };
    ESYS_TR made;
    TPM2_HANDLE handle;
    check(Esys_CreatePrimary(esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &signing_key,
                             &outside, &creation, &made, NULL, NULL, NULL, NULL), "TPM2_CreatePrimary");
    check(Esys_TR_GetTpmHandle(esys, made, &handle), "the key's handle");
    return handle;
}

static void start(struct client *client, const char *name)
{
    ESYS_CONTEXT *esys;
    client->tcti = open_tcti(name);
    check(Esys_Initialize(&esys, client->tcti, NULL), "Esys_Initialize");
    for (int i = 0; i < key_count; i++)
        client->keys[i] = make_key(esys);
}

static void *work(void *argument)
{
    struct client *client = argument;
    const struct operation *operation = client->operation;
    uint8_t command[sizeof operation->command], response[MAX_SIZE];
    memcpy(command, operation->command, operation->size);
    for (client->commands = 0; seconds() < until; client->commands++) {
        size_t size = sizeof response;
        uint32_t code;
        if (operation->key_at != 0) {
            uint32_t handle = htonl(client->keys[client->commands % key_count]);
            memcpy(command + operation->key_at, &handle, sizeof handle);
        }
        check(Tss2_Tcti_Transmit(client->tcti, operation->size, command), "a command");
        check(Tss2_Tcti_Receive(client->tcti, &size, response, TSS2_TCTI_TIMEOUT_BLOCK), "a response");
        memcpy(&code, response + 6, sizeof code);
        if (ntohl(code) != TPM2_RC_RETRY)
            check(ntohl(code), operation->name);
    }
    return NULL;
}

static void measure(struct client *clients, int count, const struct operation *operation, int milliseconds)
{
    double began = seconds();
    long commands = 0;
    until = began + milliseconds / 1e3;
    for (int i = 0; i < count; i++) {
        clients[i].operation = operation;
        if (pthread_create(&clients[i].thread, NULL, work, &clients[i]) != 0)
            exit(1);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(clients[i].thread, NULL);
        commands += clients[i].commands;
    }
    printf("%ld %.9f\n", commands, seconds() - began);
    fflush(stdout);
}

int main(int words, char **word)
{
    int count = words == 4 ? atoi(word[2]) : 0;
    key_count = words == 4 ? atoi(word[3]) : -1;
    if (count < 1 || key_count < 0 || key_count > MOST_KEYS) {
        fprintf(stderr, "usage: clients TCTI CLIENTS KEYS\n");
        return 2;
    }

    struct client *clients = calloc(count, sizeof *clients);
    if (clients == NULL)
        return 1;
    for (int i = 0; i < count; i++)
        start(&clients[i], word[1]);
    puts("ready");
    fflush(stdout);

    char name[32];
    int milliseconds;
    while (scanf("%31s %d", name, &milliseconds) == 2)
        for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
            if (strcmp(operations[i].name, name) == 0)
                measure(clients, count, &operations[i], milliseconds);
    return 0;
}
