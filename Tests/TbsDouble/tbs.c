/* tbs.dll's functions, written from their documentation. See README.md for what this proves, and what not. */
#include "double.h"

#define E_INTERNAL 0x80284001u
#define E_PARAMETER 0x80284002u
#define E_OUTPUT 0x80284003u
#define E_CONTEXT 0x80284004u
#define E_SMALL 0x80284005u
#define E_IO 0x80284006u
#define E_CONTEXT_PARAM 0x80284007u
#define E_MANY_CONTEXTS 0x80284009u
#define E_CANCELED 0x8028400Du
#define E_LARGE 0x8028400Eu
#define E_NO_TPM 0x8028400Fu
#define E_NO_LOG 0x80284011u
#define E_NO_PPI_FUNCTION 0x80284014u
#define E_NO_OWNER_AUTH 0x80284015u
#define BLOCKED 0x80280400u
#define RC_CANCELED 0x909u
#define RC_HANDLE_1 0x18Bu

#define REQUEST_RAW 1u
#define INCLUDE_12 2u
#define INCLUDE_20 4u

static uint32_t create(uint32_t version, uint32_t flags, void **handle)
{
    static uintptr_t next = 0x5A1700;
    uint32_t wanted = settings.family == 12 ? INCLUDE_12 : INCLUDE_20;
    if ((version != 1 && version != 2) || (flags & ~(REQUEST_RAW | INCLUDE_12 | INCLUDE_20)) != 0 || (flags & (INCLUDE_12 | INCLUDE_20)) == 0) {
        return E_CONTEXT_PARAM;
    }
    if ((flags & wanted) == 0 || !tpm_is_there()) {
        return E_NO_TPM;
    }

    lock(&state);
    for (int i = 0; i < MAX_CONTEXTS; i++) {
        if (contexts[i].handle == 0) {
            contexts[i].handle = next += 0x100;
            contexts[i].raw = flags & REQUEST_RAW;
            *handle = (void *)contexts[i].handle;
            seen[SEEN_VERSION] = version;
            seen[SEEN_FLAGS] = flags;
            seen[SEEN_OPEN]++;
            unlock(&state);
            return 0;
        }
    }
    unlock(&state);
    return E_MANY_CONTEXTS;
}

EXPORT uint32_t CALL Tbsi_Context_Create(const uint32_t *params, void **handle)
{
    uint32_t code = failure_of(CREATE);
    return code != 0 ? code
        : params == NULL ? E_PARAMETER
        : handle == NULL ? E_OUTPUT
        : create(params[0], params[0] == 1 ? INCLUDE_12 : params[1], handle);
}

EXPORT uint32_t CALL Tbsip_Context_Close(void *handle)
{
    uint32_t code = failure_of(CLOSE);
    lock(&state);
    struct context *context = find(handle);
    if (code != 0 || context == NULL) {
        unlock(&state);
        return code != 0 ? code : E_CONTEXT;
    }

    struct context ended = *context;
    memset(context, 0, sizeof *context);
    seen[SEEN_OPEN]--;
    wake(&changed);
    unlock(&state);
    for (uint32_t i = 0; i < ended.objects; i++) {
        uint8_t flush[14] = { 0x80, 0x01, 0, 0, 0, 14, 0, 0, 0x01, 0x65 };
        uint32_t size;
        put32(flush + 10, ended.object[i]);
        free(tpm_execute(flush, sizeof flush, &size));
    }
    return 0;
}

/* An answer that Windows gives in the TPM's place. */
static uint8_t *answer(const uint8_t *command, uint32_t code, uint32_t *size)
{
    uint8_t *response = calloc(1, 10);
    response[0] = command[0] == 0x80 ? 0x80 : 0x00;
    response[1] = command[0] == 0x80 ? 0x01 : 0xC4;
    response[5] = 10;
    put32(response + 6, code);
    *size = 10;
    return response;
}

/* Waits as if others were before it. The state's lock is held; what it gives is an ending, or FUNCTIONS for none. */
static uint32_t wait_for_turn(void *handle)
{
    uint64_t end = now_ms() + settings.delay_ms;
    uint32_t before = find(handle)->cancels, ending = FUNCTIONS;
    seen[SEEN_WAITING]++;
    while (now_ms() < end && ending == FUNCTIONS) {
        struct context *context = find(handle);
        if (context == NULL) {
            break;
        }
        if (context->cancels - before > settings.deaf) {
            ending = settings.ending;
            end = now_ms() + settings.late_ms;
            while (now_ms() < end) {
                wait_for(&changed, &state, (uint32_t)(end - now_ms()));
            }
        } else {
            wait_for(&changed, &state, (uint32_t)(end - now_ms()));
        }
    }
    seen[SEEN_WAITING]--;
    return ending;
}

/* Whether the first handle is a loaded object or a session that is not this context's. */
static int is_foreign(const struct context *context, const uint8_t *command, uint32_t size)
{
    uint32_t handle = size >= 14 && command[0] == 0x80 ? get32(command + 10) : 0;
    if (context->raw || (handle >> 24 != 0x80 && handle >> 24 != 0x02 && handle >> 24 != 0x03)) {
        return 0;
    }
    for (uint32_t i = 0; i < context->objects; i++) {
        if (context->object[i] == handle) {
            return 0;
        }
    }
    return 1;
}

/* Which objects and sessions the context has, after a command that succeeded. */
static void keep_track(struct context *context, const uint8_t *command, const uint8_t *response, uint32_t response_size)
{
    static const uint32_t making[] = { 0x131, 0x157, 0x15B, 0x161, 0x167, 0x176, 0x186, 0x191 }, ending[] = { 0x13E, 0x165, 0x185 };
    uint32_t code = get32(command + 6);
    for (size_t i = 0; i < sizeof making / sizeof *making; i++) {
        if (code == making[i] && response_size >= 14 && context->objects < MAX_OBJECTS) {
            context->object[context->objects++] = get32(response + 10);
        }
    }
    for (size_t i = 0; i < sizeof ending / sizeof *ending; i++) {
        for (uint32_t o = 0; code == ending[i] && o < context->objects; o++) {
            if (context->object[o] == get32(command + 10)) {
                context->object[o] = context->object[--context->objects];
            }
        }
    }
}

static uint32_t how_blocked(uint32_t command)
{
    for (int i = 0; i < MAX_BLOCKED; i++) {
        if (settings.block[i].how != NOT_BLOCKED && settings.block[i].command == command) {
            return settings.block[i].how;
        }
    }
    return NOT_BLOCKED;
}

/* What the command comes to: a result, or with TBS_SUCCESS a response. */
static uint32_t execute(void *handle, const uint8_t *command, uint32_t size, uint8_t **response, uint32_t *response_size)
{
    lock(&state);
    struct context *context = find(handle);
    uint32_t how = how_blocked(get32(command + 6));
    uint32_t ending = context != NULL && how == NOT_BLOCKED && settings.delay_ms > 0 ? wait_for_turn(handle) : FUNCTIONS;
    context = find(handle);
    int foreign = context != NULL && is_foreign(context, command, size);
    unlock(&state);
    if (context == NULL) {
        return E_CONTEXT;
    }
    if (how == BLOCKED_IN_RESULT || ending == ENDS_WITH_RESULT) {
        return how == BLOCKED_IN_RESULT ? BLOCKED : E_CANCELED;
    }
    if (how == BLOCKED_IN_RESPONSE || ending == ENDS_WITH_RESPONSE || foreign) {
        *response = answer(command, how == BLOCKED_IN_RESPONSE ? BLOCKED : foreign ? RC_HANDLE_1 : RC_CANCELED, response_size);
        return 0;
    }

    *response = tpm_execute(command, size, response_size);
    lock(&state);
    seen[SEEN_EXECUTED]++;
    context = find(handle);
    if (*response != NULL && context != NULL && get32(*response + 6) == 0) {
        keep_track(context, command, *response, *response_size);
    }
    unlock(&state);
    return *response == NULL ? E_IO : 0;
}

EXPORT uint32_t CALL Tbsip_Submit_Command(
    void *handle, uint32_t locality, uint32_t priority, const uint8_t *command, uint32_t size, uint8_t *result, uint32_t *result_size)
{
    uint32_t code = failure_of(SUBMIT), response_size = 0;
    uint8_t *response = NULL;
    lock(&state);
    seen[SEEN_LOCALITY] = locality;
    seen[SEEN_PRIORITY] = priority;
    unlock(&state);
    if (code != 0) {
        return code;
    }
    if (command == NULL || size < 10 || get32(command + 2) != size || locality != 0) {
        return E_PARAMETER;
    }
    if (priority != 100 && priority != 200 && priority != 300 && priority != 400 && priority != 0x80000000u) {
        return E_PARAMETER;
    }
    if (result == NULL || result_size == NULL) {
        return E_OUTPUT;
    }
    if (size > BUFFER_MAX || *result_size > BUFFER_MAX) {
        return E_LARGE;
    }

    code = execute(handle, command, size, &response, &response_size);
    if (code == 0 && response_size <= *result_size) {
        memcpy(result, response, response_size);
    } else if (code == 0) {
        code = E_SMALL;
    }

    lock(&state);
    *result_size = settings.odd_size_set ? settings.odd_size : response_size;
    settings.odd_size_set = 0;
    unlock(&state);
    free(response);
    return code;
}

EXPORT uint32_t CALL Tbsip_Cancel_Commands(void *handle)
{
    uint32_t code = failure_of(CANCEL);
    lock(&state);
    struct context *context = find(handle);
    seen[SEEN_CANCELS]++;
    if (code == 0 && context == NULL) {
        code = E_CONTEXT;
    } else if (code == 0) {
        context->cancels++;
        wake(&changed);
    }
    unlock(&state);
    return code;
}

static int is_open(void *handle)
{
    lock(&state);
    int open = find(handle) != NULL;
    unlock(&state);
    return open;
}

/* Copies a result, or says which size it has. A size that is asked for is an answer, or an error, by the function. */
static uint32_t give(const void *bytes, uint32_t size, uint8_t *out, uint32_t *out_size, uint32_t when_asked)
{
    uint32_t room = *out_size;
    *out_size = size;
    if (out == NULL && room == 0) {
        return when_asked;
    }
    if (out == NULL) {
        return E_OUTPUT;
    }
    if (room < size) {
        return E_SMALL;
    }
    memcpy(out, bytes, size);
    return 0;
}

static uint32_t give_log(uint32_t type, uint8_t *out, uint32_t *size, uint32_t when_asked)
{
    if (size == NULL) {
        return E_OUTPUT;
    }
    if (*size > BUFFER_MAX) {
        return E_LARGE;
    }
    lock(&state);
    uint32_t code = settings.log[type].size == 0 ? E_NO_LOG : give(settings.log[type].bytes, log_size(type), out, size, when_asked);
    unlock(&state);
    return code;
}

EXPORT uint32_t CALL Tbsi_Get_TCG_Log(void *handle, uint8_t *out, uint32_t *size)
{
    uint32_t code = failure_of(LOG);
    return code != 0 ? code : !is_open(handle) ? E_CONTEXT : give_log(0, out, size, 0);
}

EXPORT uint32_t CALL Tbsi_Physical_Presence_Command(void *handle, const uint8_t *input, uint32_t size, uint8_t *out, uint32_t *out_size)
{
    /* Answers of the Physical Presence Interface 1.3: version, pending request, transition, last response, and the like. */
    static const struct { uint32_t function, size; uint8_t bytes[12]; } answers[] = {
        { 1, 4, "1.3" }, { 2, 4, { 0 } }, { 3, 8, { 0 } }, { 4, 4, { 2 } }, { 5, 12, { 0 } }, { 7, 4, { 0 } }, { 8, 4, { 4 } },
    };
    uint32_t code = failure_of(PRESENCE);
    if (code != 0) {
        return code;
    }
    if (!is_open(handle)) {
        return E_CONTEXT;
    }
    if (input == NULL || size < 4 || size > sizeof last_input) {
        return E_PARAMETER;
    }
    if (out == NULL || out_size == NULL) {
        return E_OUTPUT;
    }

    lock(&state);
    memcpy(last_input, input, size);
    seen[SEEN_INPUT_SIZE] = size;
    unlock(&state);
    uint32_t function = (uint32_t)input[0] | (uint32_t)input[1] << 8 | (uint32_t)input[2] << 16 | (uint32_t)input[3] << 24;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (answers[i].function == function) {
            return *out_size < answers[i].size ? E_SMALL : give(answers[i].bytes, answers[i].size, out, out_size, E_OUTPUT);
        }
    }
    return E_NO_PPI_FUNCTION;
}

#ifndef OLD_WINDOWS /* What came with Windows 8 and later. */

EXPORT uint32_t CALL Tbsi_GetDeviceInfo(uint32_t size, uint32_t *info)
{
    uint32_t code = failure_of(DEVICE_INFO);
    if (code == 0 && (size < 16 || info == NULL)) {
        code = E_PARAMETER;
    }
    if (code == 0) {
        info[0] = 1;
        info[1] = settings.family == 12 ? 1 : 2;
        info[2] = settings.family == 12 ? 1 : 4; /* memory; an emulator */
        info[3] = 0;
    }
    return code;
}

EXPORT uint32_t CALL Tbsi_Get_TCG_Log_Ex(uint32_t type, uint8_t *out, uint32_t *size)
{
    uint32_t code = failure_of(LOG_EX);
    return code != 0 ? code : type >= LOG_TYPES ? E_PARAMETER : give_log(type, out, size, E_SMALL);
}

EXPORT uint32_t CALL Tbsi_Get_OwnerAuth(void *handle, uint32_t type, uint8_t *out, uint32_t *size)
{
    uint32_t code = failure_of(OWNER_AUTH);
    if (code != 0) {
        return code;
    }
    if (!is_open(handle)) {
        return E_CONTEXT;
    }
    if ((type < 1 || type > 4) && type != 12 && type != 13) {
        return E_PARAMETER;
    }
    lock(&state);
    code = size == NULL ? E_OUTPUT
        : settings.owner_auth_size == 0 ? E_NO_OWNER_AUTH
        : give(settings.owner_auth, settings.owner_auth_size, out, size, E_SMALL);
    unlock(&state);
    return code;
}

EXPORT uint32_t CALL Tbsi_Revoke_Attestation(void)
{
    /* TPM2_PCR_Extend of PCR 12, SHA-256 bank; the value is not documented. */
    uint8_t extend[65] = { 0x80, 0x02, 0, 0, 0, 65, 0, 0, 0x01, 0x82, 0, 0, 0, 12, 0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0x0B };
    uint32_t code = failure_of(REVOKE), size;
    if (code != 0) {
        return code;
    }
    memset(extend + 33, 0xFF, 32);
    uint8_t *response = tpm_execute(extend, sizeof extend, &size);
    code = response != NULL && get32(response + 6) == 0 ? 0 : E_INTERNAL;
    free(response);
    lock(&state);
    seen[SEEN_REVOKED]++;
    unlock(&state);
    return code;
}

EXPORT uint32_t CALL Tbsi_Create_Windows_Key(uint32_t key)
{
    uint32_t code = failure_of(WINDOWS_KEY);
    lock(&state);
    seen[SEEN_KEY] = key;
    unlock(&state);
    return code != 0 ? code : key >> 24 == 0x81 ? 0 : E_PARAMETER;
}

#endif
