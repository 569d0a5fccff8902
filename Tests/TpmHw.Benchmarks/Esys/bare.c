#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "answers.h"
#include "bare.h"

typedef struct {
    TSS2_TCTI_CONTEXT_COMMON_V1 common;
    struct source source;
    uint8_t response[MAX_SIZE];
    size_t size;
} transport;

static TSS2_RC transport_transmit(TSS2_TCTI_CONTEXT *context, size_t size, const uint8_t *command)
{
    transport *to = (transport *)context;
    to->size = answer(&to->source, command, size, to->response);
    return TSS2_RC_SUCCESS;
}

static TSS2_RC transport_receive(TSS2_TCTI_CONTEXT *context, size_t *size, uint8_t *response, int32_t timeout)
{
    transport *from = (transport *)context;
    (void)timeout;
    if (response != NULL) {
        if (*size < from->size)
            return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
        memcpy(response, from->response, from->size);
    }
    *size = from->size;
    return TSS2_RC_SUCCESS;
}

static void transport_finalize(TSS2_TCTI_CONTEXT *context)
{
    (void)context;
}

TSS2_TCTI_CONTEXT *open_bare(const char *path, int remembers)
{
    transport *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        perror(path);
        exit(1);
    }
    opened->common = (TSS2_TCTI_CONTEXT_COMMON_V1){
        .version = 1, .transmit = transport_transmit, .receive = transport_receive, .finalize = transport_finalize
    };
    open_source(&opened->source, path, remembers);
    return (TSS2_TCTI_CONTEXT *)opened;
}
