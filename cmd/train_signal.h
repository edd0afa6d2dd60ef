/*
 * train_signal.h - what signals ask of dl-train: INT, TERM and HUP to stop (a
 * second one ends the program at once), USR1 to say how far training is, USR2
 * to save its state.
 */
#ifndef TRAIN_SIGNAL_H
#define TRAIN_SIGNAL_H

#include <signal.h>

extern volatile sig_atomic_t train_stop; /* number of the signal */
extern volatile sig_atomic_t train_save, train_status_wanted;

/* PIPE is ignored meanwhile: a reader that leaves must not cost the model. */
void train_catch_signals(void);
/* PIPE is what it was: whoever could not write dies of it. */
void train_let_pipe_end(void);
/* Training is over, nobody reads train_stop: the first one ends the program. */
void train_stop_at_once(void);
/* Dies of the signal that came, as if it had not been caught. */
void train_die_of_signal(void);

#endif
