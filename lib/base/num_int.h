/* num_int.h - the parts of num.c that other modules of the library share. */
#ifndef BASE_NUM_INT_H
#define BASE_NUM_INT_H

/* strtod of the "C" locale, whatever the process has set. */
double num_strtod_c(const char *text, char **end);

#endif
