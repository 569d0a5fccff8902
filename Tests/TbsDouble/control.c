/* What a test says to the double, and asks of it. A program that can't call these sets the environment: TBS_DOUBLE_PORT,
   TBS_DOUBLE_FAMILY (12 or 20) and TBS_DOUBLE_LOG (a file with the event log). */
#include <stdio.h>
#include "double.h"

mutex_t state = MUTEX_INIT;
condition_t changed = CONDITION_INIT;
struct settings settings;
struct context contexts[MAX_CONTEXTS];
uint32_t seen[SEEN_COUNT];
uint8_t last_input[64];

static int begun;

static void set_log(uint32_t type, const uint8_t *bytes, uint32_t size, uint32_t growths)
{
    struct log *log = &settings.log[type];
    free(log->bytes);
    log->bytes = malloc(size);
    memcpy(log->bytes, bytes, size);
    log->size = size;
    log->growths = growths;
}

static void read_log(const char *path)
{
    FILE *file = fopen(path, "rb");
    static uint8_t bytes[BUFFER_MAX];
    if (file != NULL) {
        set_log(0, bytes, (uint32_t)fread(bytes, 1, sizeof bytes, file), 0);
        fclose(file);
    }
}

/* Takes the environment at the first call of any function. */
void begin(void)
{
    lock(&state);
    if (!begun) {
        char text[260];
        const char *value;
        begun = 1;
        sockets_start();
        settings.family = (value = variable("TBS_DOUBLE_FAMILY", text, sizeof text)) ? (uint32_t)atoi(value) : 20;
        settings.port = (value = variable("TBS_DOUBLE_PORT", text, sizeof text)) ? (uint32_t)atoi(value) : 0;
        if ((value = variable("TBS_DOUBLE_LOG", text, sizeof text))) {
            read_log(value);
        }
    }
    unlock(&state);
}

uint32_t failure_of(enum function function)
{
    begin();
    lock(&state);
    struct failure *failure = &settings.fail[function];
    uint32_t code = 0;
    if (failure->times != 0) {
        failure->times--;
        code = failure->code;
    }
    unlock(&state);
    return code;
}

/* The state's lock is held. */
struct context *find(void *handle)
{
    for (int i = 0; i < MAX_CONTEXTS && handle != NULL; i++) {
        if (contexts[i].handle == (uintptr_t)handle) {
            return &contexts[i];
        }
    }
    return NULL;
}

/* The state's lock is held. The log grows by 10 bytes after each of the first calls: what it had before is what is told. */
uint32_t log_size(uint32_t type)
{
    struct log *log = &settings.log[type];
    uint32_t size = log->size - 10 * log->growths;
    if (log->growths > 0) {
        log->growths--;
    }
    return size;
}

/* As a restart of the service does: every handle is unknown afterwards, and what the contexts held is gone. */
void end_contexts(void)
{
    uint32_t objects[MAX_CONTEXTS * MAX_OBJECTS], count = 0;
    lock(&state);
    for (int i = 0; i < MAX_CONTEXTS; i++) {
        for (uint32_t o = 0; o < contexts[i].objects; o++) {
            objects[count++] = contexts[i].object[o];
        }
        memset(&contexts[i], 0, sizeof contexts[i]);
    }
    seen[SEEN_OPEN] = 0;
    wake(&changed);
    unlock(&state);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t flush[14] = { 0x80, 0x01, 0, 0, 0, 14, 0, 0, 0x01, 0x65 };
        uint32_t size;
        put32(flush + 10, objects[i]);
        free(tpm_execute(flush, sizeof flush, &size));
    }
}

EXPORT void CALL TbsDouble_Reset(void)
{
    begin();
    end_contexts();
    lock(&state);
    for (int i = 0; i < LOG_TYPES; i++) {
        free(settings.log[i].bytes);
    }
    uint32_t family = settings.family, port = settings.port;
    memset(&settings, 0, sizeof settings);
    memset(seen, 0, sizeof seen);
    settings.family = family;
    settings.port = port;
    unlock(&state);
}

EXPORT void CALL TbsDouble_Connect(uint32_t family, uint32_t port)
{
    begin();
    lock(&state);
    int same = settings.family == family && settings.port == port;
    settings.family = family;
    settings.port = port;
    unlock(&state);
    if (!same) {
        tpm_disconnect();
    }
}

EXPORT void CALL TbsDouble_Disconnect(void) { tpm_disconnect(); }

EXPORT void CALL TbsDouble_Fail(uint32_t function, uint32_t code, int32_t times)
{
    lock(&state);
    settings.fail[function].code = code;
    settings.fail[function].times = times;
    unlock(&state);
}

EXPORT void CALL TbsDouble_Block(uint32_t command, uint32_t how)
{
    lock(&state);
    for (int i = 0; i < MAX_BLOCKED; i++) {
        if (settings.block[i].how == NOT_BLOCKED || settings.block[i].command == command) {
            settings.block[i].command = command;
            settings.block[i].how = how;
            break;
        }
    }
    unlock(&state);
}

/* Every command waits so long before the TPM gets it, as if others were before it. */
EXPORT void CALL TbsDouble_Delay(uint32_t ms)
{
    lock(&state);
    settings.delay_ms = ms;
    unlock(&state);
}

/* How a waiting command that is cancelled ends, how long after, and how many cancels have no effect before one does. */
EXPORT void CALL TbsDouble_OnCancel(uint32_t ending, uint32_t late_ms, uint32_t deaf)
{
    lock(&state);
    settings.ending = ending;
    settings.late_ms = late_ms;
    settings.deaf = deaf;
    unlock(&state);
}

/* The next response is said to have this size. */
EXPORT void CALL TbsDouble_OddSize(uint32_t size)
{
    lock(&state);
    settings.odd_size = size;
    settings.odd_size_set = 1;
    unlock(&state);
}

EXPORT void CALL TbsDouble_LoseContexts(void) { end_contexts(); }

EXPORT void CALL TbsDouble_Log(uint32_t type, const uint8_t *bytes, uint32_t size, uint32_t growths)
{
    lock(&state);
    set_log(type, bytes, size, growths);
    unlock(&state);
}

EXPORT void CALL TbsDouble_OwnerAuth(const uint8_t *bytes, uint32_t size)
{
    lock(&state);
    memcpy(settings.owner_auth, bytes, size);
    settings.owner_auth_size = size;
    unlock(&state);
}

EXPORT uint32_t CALL TbsDouble_Seen(uint32_t what)
{
    lock(&state);
    uint32_t value = seen[what];
    unlock(&state);
    return value;
}

EXPORT void CALL TbsDouble_LastInput(uint8_t *bytes)
{
    lock(&state);
    memcpy(bytes, last_input, sizeof last_input);
    unlock(&state);
}
