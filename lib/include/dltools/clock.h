/* clock.h - seconds that have gone by, and those of processors. */
#ifndef DLTOOLS_CLOCK_H
#define DLTOOLS_CLOCK_H

/* Since some moment; nobody sets this clock. */
double clock_now(void);

/* Processor time of the calling thread, of the whole process. */
double clock_thread(void);
double clock_process(void);

#endif
