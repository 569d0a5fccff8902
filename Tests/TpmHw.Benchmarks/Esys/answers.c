#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include "answers.h"

#define HEADER 10 /* tag, size, code */

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static uint32_t word(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return ntohl(value);
}

/* Reads one message; returns its size, or 0 where the other side has gone. One system call, unless it comes in pieces. */
static size_t read_message(int socket, uint8_t *message)
{
    size_t have = 0;
    while (have < HEADER || have < word(message + 2)) {
        ssize_t more = read(socket, message + have, MAX_SIZE - have);
        if (more <= 0)
            return 0;
        have += more;
    }
    return have;
}

static void write_message(int socket, const uint8_t *message, size_t size)
{
    if (write(socket, message, size) != (ssize_t)size)
        fail("write");
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    return address;
}

void open_source(struct source *source, const char *path, int remembers)
{
    struct sockaddr_un address = address_of(path);
    const struct timeval deadline = { .tv_sec = 120 }; /* for each answer, as TpmHw's transports have one */
    source->remembers = remembers;
    source->socket = socket(AF_UNIX, SOCK_STREAM, 0);
    setsockopt(source->socket, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    if (connect(source->socket, (struct sockaddr *)&address, sizeof address) != 0)
        fail(path);
}

size_t answer(struct source *source, const uint8_t *command, size_t size, uint8_t *response)
{
    uint32_t code = word(command + 6);
    for (size_t i = 0; i < source->known_count; i++)
        if (source->known[i].code == code) {
            memcpy(response, source->known[i].bytes, source->known[i].size);
            return source->known[i].size;
        }

    write_message(source->socket, command, size);
    size_t got = read_message(source->socket, response);
    if (got == 0)
        fail("the TPM's answer");
    if (source->remembers && word(response + 6) == 0 && source->known_count < sizeof source->known / sizeof *source->known) {
        source->known[source->known_count].code = code;
        source->known[source->known_count].size = got;
        memcpy(source->known[source->known_count++].bytes, response, got);
    }
    return got;
}

int respond(const char *path, const char *swtpm)
{
    static struct source source;
    static uint8_t command[MAX_SIZE], response[MAX_SIZE];
    struct sockaddr_un address = address_of(path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), client;
    open_source(&source, swtpm, 1);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4) != 0)
        fail(path);
    while ((client = accept(listener, NULL, NULL)) >= 0) {
        size_t size;
        while ((size = read_message(client, command)) != 0)
            write_message(client, response, answer(&source, command, size, response));
        close(client);
    }
    return 1;
}
