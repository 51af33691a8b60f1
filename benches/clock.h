/* CPU time of this process, all threads. */
#ifndef BENCHES_CLOCK_H
#define BENCHES_CLOCK_H

/* Microseconds. Asking takes a third of one. */
double clock_cpu_us(void);

#endif
