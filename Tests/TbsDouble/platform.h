/* Locks, time, sockets and exports, the same on both sides: POSIX for the tests on Linux, Win32 for Wine. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#include <winsock2.h>
#include <windows.h>

#define EXPORT __declspec(dllexport)
#define CALL WINAPI

typedef SOCKET socket_t;
#define NO_SOCKET INVALID_SOCKET
#define NOT_INHERITED 0

typedef SRWLOCK mutex_t;
typedef CONDITION_VARIABLE condition_t;
#define MUTEX_INIT SRWLOCK_INIT
#define CONDITION_INIT CONDITION_VARIABLE_INIT

static inline void lock(mutex_t *m) { AcquireSRWLockExclusive(m); }
static inline void unlock(mutex_t *m) { ReleaseSRWLockExclusive(m); }
static inline void wake(condition_t *c) { WakeAllConditionVariable(c); }
static inline void wait_for(condition_t *c, mutex_t *m, uint32_t ms) { SleepConditionVariableSRW(c, m, ms, 0); }
static inline uint64_t now_ms(void) { return GetTickCount64(); }

static inline const char *variable(const char *name, char *text, uint32_t size)
{
    DWORD length = GetEnvironmentVariableA(name, text, size);
    return length > 0 && length < size ? text : NULL;
}

static inline void set_patience(socket_t s, uint32_t seconds)
{
    DWORD ms = seconds * 1000;
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, (const char *)&ms, sizeof ms);
}

static inline void sockets_start(void)
{
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
}

#else

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define CALL

typedef int socket_t;
#define NO_SOCKET (-1)
#define NOT_INHERITED SOCK_CLOEXEC
#define closesocket close

typedef pthread_mutex_t mutex_t;
typedef pthread_cond_t condition_t;
#define MUTEX_INIT PTHREAD_MUTEX_INITIALIZER
#define CONDITION_INIT PTHREAD_COND_INITIALIZER

static inline void lock(mutex_t *m) { pthread_mutex_lock(m); }
static inline void unlock(mutex_t *m) { pthread_mutex_unlock(m); }
static inline void wake(condition_t *c) { pthread_cond_broadcast(c); }

static inline void wait_for(condition_t *c, mutex_t *m, uint32_t ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_cond_timedwait(c, m, &until);
}

static inline uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static inline const char *variable(const char *name, char *text, uint32_t size)
{
    (void)text;
    (void)size;
    return getenv(name);
}

static inline void set_patience(socket_t s, uint32_t seconds)
{
    struct timeval time = { .tv_sec = seconds };
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

static inline void sockets_start(void) { }

#endif

/* The TPM's byte order. */
static inline uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

static inline void put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

#endif
