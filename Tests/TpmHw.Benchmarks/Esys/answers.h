/* Where answers to commands come from: a TPM behind a Unix socket, or memory. */
#include <stddef.h>
#include <stdint.h>

#define MAX_SIZE 4096

struct source {
    int socket;
    int remembers; /* the first good answer to each command code answers every later command of that code */
    struct {
        uint32_t code;
        size_t size;
        uint8_t bytes[MAX_SIZE];
    } known[16];
    size_t known_count;
};

/* Connects to a Unix socket. */
void open_source(struct source *source, const char *path, int remembers);

/* Answers a command; returns the response's size. */
size_t answer(struct source *source, const uint8_t *command, size_t size, uint8_t *response);

/* Answers clients of a Unix socket, one after another, from memory. Does not return unless something fails. */
int respond(const char *path, const char *swtpm);
