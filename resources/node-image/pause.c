/*
 * The process that holds a pod's namespaces: waits for signals, reaps orphans of a shared PID namespace, leaves on
 * SIGTERM and SIGINT. No libc, so that the image is one small file. Rebuild pause-amd64 and pause-arm64 with
 *   gcc -static -nostdlib -nostartfiles -Os -fno-stack-protector -fno-asynchronous-unwind-tables -s
 *       -Wl,--build-id=none -Wl,-z,noseparate-code -Wl,-n -o pause-amd64 pause.c   (aarch64-linux-gnu-gcc for arm64)
 */
#if defined(__x86_64__)
enum { RT_SIGPROCMASK = 14, WAIT4 = 61, RT_SIGTIMEDWAIT = 128, EXIT_GROUP = 231 };

static long call(long number, long a, long b, long c, long d) {
  long result;
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                   : "rcx", "r11", "memory");
  return result;
}
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n and $-16, %rsp\n call run\n hlt\n");
#elif defined(__aarch64__)
enum { RT_SIGPROCMASK = 135, WAIT4 = 260, RT_SIGTIMEDWAIT = 137, EXIT_GROUP = 94 };

static long call(long number, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
__asm__(".globl _start\n_start:\n mov x29, #0\n bl run\n");
#endif

enum { SIGINT = 2, SIGTERM = 15, SIGCHLD = 17, SIG_BLOCK = 0, WNOHANG = 1 };

#define BIT(signal) (1UL << ((signal)-1))

__attribute__((used, noreturn)) void run(void) {
  unsigned long signals = BIT(SIGINT) | BIT(SIGTERM) | BIT(SIGCHLD);
  call(RT_SIGPROCMASK, SIG_BLOCK, (long)&signals, 0, sizeof signals);
  for (;;) {
    long signal = call(RT_SIGTIMEDWAIT, (long)&signals, 0, 0, sizeof signals);
    if (signal == SIGCHLD) {
      while (call(WAIT4, -1, 0, WNOHANG, 0) > 0) {
      }
    } else if (signal == SIGTERM || signal == SIGINT) {
      call(EXIT_GROUP, 0, 0, 0, 0);
      __builtin_unreachable();
    }
  }
}
