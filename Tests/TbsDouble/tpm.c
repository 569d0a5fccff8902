/* The TPM behind the double: "swtpm socket" on 127.0.0.1. It serves one connection, which all contexts share. */
#include "double.h"

static mutex_t link_lock = MUTEX_INIT;
static socket_t link_socket = NO_SOCKET;

static int connect_now(void)
{
    if (link_socket != NO_SOCKET) {
        return 1;
    }

    lock(&state);
    uint32_t port = settings.port;
    unlock(&state);
    socket_t s = port == 0 ? NO_SOCKET : socket(AF_INET, SOCK_STREAM | NOT_INHERITED, 0);
    if (s == NO_SOCKET) {
        return 0;
    }

    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(s, (struct sockaddr *)&address, sizeof address) != 0) {
        closesocket(s);
        return 0;
    }

    int on = 1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof on);
    set_patience(s, 20);
    link_socket = s;
    return 1;
}

static void disconnect_now(void)
{
    if (link_socket != NO_SOCKET) {
        closesocket(link_socket);
        link_socket = NO_SOCKET;
    }
}

static int send_all(const uint8_t *p, uint32_t size)
{
    while (size > 0) {
        int sent = (int)send(link_socket, (const char *)p, (int)size, 0);
        if (sent <= 0) {
            return 0;
        }
        p += sent;
        size -= (uint32_t)sent;
    }
    return 1;
}

static int receive_all(uint8_t *p, uint32_t size)
{
    while (size > 0) {
        int received = (int)recv(link_socket, (char *)p, (int)size, 0);
        if (received <= 0) {
            return 0;
        }
        p += received;
        size -= (uint32_t)received;
    }
    return 1;
}

static uint8_t *exchange(const uint8_t *command, uint32_t size, uint32_t *response_size)
{
    uint8_t header[10];
    if (!send_all(command, size) || !receive_all(header, sizeof header)) {
        return NULL;
    }

    *response_size = get32(header + 2);
    if (*response_size < sizeof header || *response_size > BUFFER_MAX) {
        return NULL;
    }

    uint8_t *response = malloc(*response_size);
    memcpy(response, header, sizeof header);
    if (!receive_all(response + sizeof header, *response_size - sizeof header)) {
        free(response);
        return NULL;
    }
    return response;
}

int tpm_is_there(void)
{
    lock(&link_lock);
    int there = connect_now();
    unlock(&link_lock);
    return there;
}

void tpm_disconnect(void)
{
    lock(&link_lock);
    disconnect_now();
    unlock(&link_lock);
}

uint8_t *tpm_execute(const uint8_t *command, uint32_t size, uint32_t *response_size)
{
    lock(&link_lock);
    uint8_t *response = connect_now() ? exchange(command, size, response_size) : NULL;
    if (response == NULL) {
        disconnect_now();
    }
    unlock(&link_lock);
    return response;
}
