/*
 * Load for the comparison of proxies: backend and generator in one single-threaded program, so that neither is what limits.
 *
 *   load serve                                      prints its port; the first byte of a connection says what it wants:
 *                                                   e echo, s take and count, d send for ever, c tell the count so far (8 bytes)
 *   load rr    PORT CONNS SECONDS                   64-byte round trips: {"ops":…,"p50":…,"p99":…}  (per second, microseconds)
 *   load down  PORT CONNS SECONDS                   {"mbps":…}
 *   load up    PORT CONNS SECONDS BACKEND_PORT      {"mbps":…}, counted where the bytes arrive
 *   load cps   PORT INFLIGHT SECONDS                connect, one byte there and back, close: {"ops":…,"failed":…}
 *   load idle  PORT CONNS                           opens, echoes a byte on each, prints {"open":…}, holds until stdin ends
 *
 * The first fifth of SECONDS again is run before as warm-up.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FD = 65536, BLOCK = 1 << 20, MESSAGE = 64, SLOWEST_US = 2000000 };

static char block[BLOCK];
static int poller;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static uint64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static void watch(int fd, uint32_t events, int operation) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  if (epoll_ctl(poller, operation, fd, &event) != 0) fail("epoll_ctl");
}

static void no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/* Non-blocking; EINPROGRESS is fine. */
static int dial(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) fail("socket");
  no_delay(fd);
  struct sockaddr_in address = loopback(port);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) fail("connect");
  return fd;
}

static int dial_and_wait(int port) {
  int fd = dial(port);
  fcntl(fd, F_SETFL, 0);
  struct sockaddr_in address = loopback(port);
  while (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EISCONN)
    if (errno != EALREADY && errno != EINTR && errno != EINPROGRESS) fail("connect");
  return fd;
}

/* ---- the backend */

static char mode_of[MAX_FD];
/* What an echo could not send at once. */
static struct { char *bytes; size_t from, to; } unsent[MAX_FD];
static uint64_t taken;

static void drop(int fd) {
  mode_of[fd] = 0;
  free(unsent[fd].bytes);
  unsent[fd].bytes = NULL;
  close(fd);
}

static void send_for_ever(int fd) {
  for (int i = 0; i < 4; i++) {
    ssize_t n = send(fd, block, BLOCK, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) drop(fd);
    if (n < BLOCK) return;
  }
}

static void echo(int fd, const char *bytes, size_t length) {
  ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) {
    drop(fd);
    return;
  }
  size_t sent = n < 0 ? 0 : (size_t)n;
  if (sent == length) return;
  unsent[fd].bytes = malloc(length - sent);
  memcpy(unsent[fd].bytes, bytes + sent, length - sent);
  unsent[fd].from = 0;
  unsent[fd].to = length - sent;
  watch(fd, EPOLLOUT, EPOLL_CTL_MOD);
}

static void send_rest(int fd) {
  ssize_t n = send(fd, unsent[fd].bytes + unsent[fd].from, unsent[fd].to - unsent[fd].from, MSG_NOSIGNAL);
  if (n < 0) {
    if (errno != EAGAIN) drop(fd);
    return;
  }
  unsent[fd].from += (size_t)n;
  if (unsent[fd].from < unsent[fd].to) return;
  free(unsent[fd].bytes);
  unsent[fd].bytes = NULL;
  watch(fd, EPOLLIN, EPOLL_CTL_MOD);
}

static void serve_one(int fd) {
  ssize_t n = recv(fd, block, BLOCK, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0) {
    drop(fd);
    return;
  }
  char *bytes = block;
  if (mode_of[fd] == '?') {
    mode_of[fd] = *bytes;
    if (mode_of[fd] == 'd') {
      watch(fd, EPOLLOUT, EPOLL_CTL_MOD);
      return;
    }
    if (mode_of[fd] == 'c') {
      if (send(fd, &taken, sizeof taken, MSG_NOSIGNAL) != sizeof taken) fail("send count");
      drop(fd);
      return;
    }
  }
  if (mode_of[fd] == 's') taken += (uint64_t)n;
  else echo(fd, bytes, (size_t)n);
}

static void serve(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 4096) != 0) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  watch(listener, EPOLLIN, EPOLL_CTL_ADD);
  struct epoll_event events[512];
  for (;;) {
    int count = epoll_wait(poller, events, 512, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        int accepted;
        while ((accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
          no_delay(accepted);
          mode_of[accepted] = '?';
          watch(accepted, EPOLLIN, EPOLL_CTL_ADD);
        }
      } else if (mode_of[fd] == 'd') send_for_ever(fd);
      else if (unsent[fd].bytes != NULL) send_rest(fd);
      else if (mode_of[fd] != 0) serve_one(fd);
    }
  }
}

static uint64_t ask_taken(int backend_port) {
  int fd = dial_and_wait(backend_port);
  uint64_t count = 0;
  if (send(fd, "c", 1, 0) != 1 || recv(fd, &count, sizeof count, MSG_WAITALL) != sizeof count) fail("count");
  close(fd);
  return count;
}

/* ---- the generator */

static uint64_t histogram[SLOWEST_US + 1];

static int percentile(uint64_t total, double share) {
  uint64_t seen = 0;
  for (int us = 0; us <= SLOWEST_US; us++)
    if ((seen += histogram[us]) >= (uint64_t)((double)total * share)) return us;
  return SLOWEST_US;
}

static void round_trips(int port, int conns, double seconds) {
  static uint64_t sent_at[MAX_FD];
  static int got[MAX_FD];
  char message[MESSAGE];
  memset(message, 'e', sizeof message);
  for (int i = 0; i < conns; i++) {
    int fd = dial_and_wait(port);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    sent_at[fd] = now_us();
    if (send(fd, message, MESSAGE, MSG_NOSIGNAL) != MESSAGE) fail("send");
  }
  uint64_t from = now_us() + (uint64_t)(seconds * 200000), to = from + (uint64_t)(seconds * 1000000), done = 0, now;
  struct epoll_event events[512];
  while ((now = now_us()) < to) {
    int count = epoll_wait(poller, events, 512, 100);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      ssize_t n = recv(fd, block, MESSAGE, 0);
      if (n <= 0) fail("recv");
      if ((got[fd] += (int)n) < MESSAGE) continue;
      got[fd] = 0;
      now = now_us();
      if (now >= from && now < to) {
        uint64_t took = now - sent_at[fd];
        histogram[took > SLOWEST_US ? SLOWEST_US : took]++;
        done++;
      }
      sent_at[fd] = now;
      if (send(fd, message, MESSAGE, MSG_NOSIGNAL) != MESSAGE) fail("send");
    }
  }
  printf("{\"ops\":%.0f,\"p50\":%d,\"p99\":%d}\n", (double)done / seconds, percentile(done, 0.5), percentile(done, 0.99));
}

static void bulk(int up, int port, int conns, double seconds, int backend_port) {
  for (int i = 0; i < conns; i++) {
    int fd = dial_and_wait(port);
    if (send(fd, up ? "s" : "d", 1, MSG_NOSIGNAL) != 1) fail("send");
    fcntl(fd, F_SETFL, O_NONBLOCK);
    watch(fd, up ? EPOLLOUT : EPOLLIN, EPOLL_CTL_ADD);
  }
  uint64_t start = now_us(), from = start + (uint64_t)(seconds * 200000), to = from + (uint64_t)(seconds * 1000000);
  uint64_t bytes = 0, before = 0, began = 0, now;
  struct epoll_event events[64];
  while ((now = now_us()) < to) {
    if (began == 0 && now >= from) {
      before = up ? ask_taken(backend_port) : bytes;
      began = now_us();
    }
    int count = epoll_wait(poller, events, 64, 100);
    for (int i = 0; i < count; i++) {
      ssize_t n = up ? send(events[i].data.fd, block, BLOCK, MSG_NOSIGNAL) : recv(events[i].data.fd, block, BLOCK, 0);
      if (n == 0 || (n < 0 && errno != EAGAIN)) fail("bulk");
      if (n > 0) bytes += (uint64_t)n;
    }
  }
  uint64_t after = up ? ask_taken(backend_port) : bytes;
  printf("{\"mbps\":%.1f}\n", (double)(after - before) / (double)(now_us() - began));
}

static void new_connections(int port, int inflight, double seconds) {
  static char state[MAX_FD]; /* 'c' connecting, 'w' waiting for the byte */
  uint64_t from = now_us() + (uint64_t)(seconds * 200000), to = from + (uint64_t)(seconds * 1000000), done = 0, failed = 0, now;
  for (int i = 0; i < inflight; i++) {
    int fd = dial(port);
    state[fd] = 'c';
    watch(fd, EPOLLOUT, EPOLL_CTL_ADD);
  }
  struct epoll_event events[512];
  while ((now = now_us()) < to) {
    int count = epoll_wait(poller, events, 512, 100);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (state[fd] == 'c') {
        if (send(fd, "e", 1, MSG_NOSIGNAL) == 1) {
          state[fd] = 'w';
          watch(fd, EPOLLIN, EPOLL_CTL_MOD);
          continue;
        }
        failed++;
      } else {
        char byte;
        ssize_t n = recv(fd, &byte, 1, 0);
        if (n < 0 && errno == EAGAIN) continue;
        if (n == 1) done += now >= from;
        else failed++;
      }
      close(fd);
      fd = dial(port);
      state[fd] = 'c';
      watch(fd, EPOLLOUT, EPOLL_CTL_ADD);
    }
  }
  printf("{\"ops\":%.0f,\"failed\":%llu}\n", (double)done / seconds, (unsigned long long)failed);
}

static void idle(int port, int conns) {
  int open = 0;
  for (int i = 0; i < conns; i++) {
    int fd = dial_and_wait(port);
    char byte;
    if (send(fd, "e", 1, MSG_NOSIGNAL) == 1 && recv(fd, &byte, 1, 0) == 1) open++;
  }
  printf("{\"open\":%d}\n", open);
  fflush(stdout);
  char ignored;
  while (read(0, &ignored, 1) > 0) {
  }
}

int main(int argc, char **argv) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < MAX_FD ? limit.rlim_max : MAX_FD;
  setrlimit(RLIMIT_NOFILE, &limit);
  signal(SIGPIPE, SIG_IGN);
  poller = epoll_create1(0);
  const char *command = argc > 1 ? argv[1] : "";
  int port = argc > 2 ? atoi(argv[2]) : 0, conns = argc > 3 ? atoi(argv[3]) : 0;
  double seconds = argc > 4 ? atof(argv[4]) : 0;
  if (strcmp(command, "serve") == 0) serve();
  else if (strcmp(command, "rr") == 0 && argc == 5) round_trips(port, conns, seconds);
  else if (strcmp(command, "down") == 0 && argc == 5) bulk(0, port, conns, seconds, 0);
  else if (strcmp(command, "up") == 0 && argc == 6) bulk(1, port, conns, seconds, atoi(argv[5]));
  else if (strcmp(command, "cps") == 0 && argc == 5) new_connections(port, conns, seconds);
  else if (strcmp(command, "idle") == 0 && argc == 4) idle(port, conns);
  else {
    fprintf(stderr, "see the head of load.c\n");
    return 2;
  }
  return 0;
}
