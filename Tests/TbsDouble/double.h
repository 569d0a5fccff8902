/* What the parts of the double share: the state that a test sets, what it saw, and the contexts. */
#ifndef DOUBLE_H
#define DOUBLE_H

#include "platform.h"

/* The functions that a test can make fail. The numbers are those of the tests. */
enum function { CREATE, CLOSE, SUBMIT, CANCEL, DEVICE_INFO, LOG, LOG_EX, OWNER_AUTH, PRESENCE, REVOKE, WINDOWS_KEY, FUNCTIONS };

/* What the double saw. The numbers are those of the tests. */
enum seen {
    SEEN_VERSION, SEEN_FLAGS, SEEN_LOCALITY, SEEN_PRIORITY, SEEN_CANCELS, SEEN_OPEN, SEEN_EXECUTED, SEEN_REVOKED, SEEN_KEY, SEEN_INPUT_SIZE, SEEN_WAITING, SEEN_COUNT
};

enum blocking { NOT_BLOCKED, BLOCKED_IN_RESPONSE, BLOCKED_IN_RESULT };
enum ending { ENDS_WITH_RESULT, ENDS_WITH_RESPONSE, ENDS_WELL };

#define BUFFER_MAX (256u * 1024u) /* TBS_IN_OUT_BUF_SIZE_MAX */
#define MAX_CONTEXTS 64
#define MAX_OBJECTS 64
#define MAX_BLOCKED 16
#define LOG_TYPES 6

struct failure { uint32_t code; int32_t times; };
struct block { uint32_t command, how; };
struct log { uint8_t *bytes; uint32_t size, growths; };

/* A context: objects and sessions belong to it, and end with it. */
struct context {
    uintptr_t handle; /* 0: free */
    uint32_t cancels, raw, objects;
    uint32_t object[MAX_OBJECTS];
};

struct settings {
    uint32_t family, port;
    struct failure fail[FUNCTIONS];
    struct block block[MAX_BLOCKED];
    uint32_t delay_ms, ending, late_ms, deaf;
    uint32_t odd_size, odd_size_set;
    struct log log[LOG_TYPES];
    uint8_t owner_auth[256];
    uint32_t owner_auth_size;
};

extern mutex_t state;
extern condition_t changed;
extern struct settings settings;
extern struct context contexts[MAX_CONTEXTS];
extern uint32_t seen[SEEN_COUNT];
extern uint8_t last_input[64];

void begin(void);
uint32_t failure_of(enum function function);
struct context *find(void *handle);
void end_contexts(void);
uint32_t log_size(uint32_t type);

/* The TPM behind: swtpm's data channel, one command at a time. 0 where it did not answer; the caller frees the response. */
int tpm_is_there(void);
void tpm_disconnect(void);
uint8_t *tpm_execute(const uint8_t *command, uint32_t size, uint32_t *response_size);

#endif
