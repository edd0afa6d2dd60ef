/*
 * train_signal.c - signals of dl-train; see train_signal.h.  Handlers only set
 * flags.
 */
#include "train_signal.h"

#include <stdio.h>

#include <dltools/file.h>

volatile sig_atomic_t train_stop, train_save, train_status_wanted;

static volatile sig_atomic_t at_once;
static struct sigaction old_pipe;

static void
on_stop(int number)
{
	struct sigaction again = {.sa_handler = SIG_DFL};

	if (train_stop || at_once) {
		file_remove_temporaries();
		sigaction(number, &again, NULL);
		raise(number);
	}
	train_stop = number;
}

static void
on_user(int number)
{
	if (number == SIGUSR1)
		train_status_wanted = 1;
	else
		train_save = 1;
}

void
train_catch_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction old, ending = {.sa_handler = on_stop};
	struct sigaction user = {.sa_handler = on_user};

	ending.sa_flags = user.sa_flags = SA_RESTART;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		/* nohup, and a shell's background jobs, ignore some */
		sigaction(ends[i], NULL, &old);
		if (old.sa_handler != SIG_IGN)
			sigaction(ends[i], &ending, NULL);
	}
	sigaction(SIGUSR1, &user, NULL);
	sigaction(SIGUSR2, &user, NULL);
	sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN},
		  &old_pipe);
}

void
train_let_pipe_end(void)
{
	sigaction(SIGPIPE, &old_pipe, NULL);
}

void
train_stop_at_once(void)
{
	at_once = 1;
}

void
train_die_of_signal(void)
{
	int number = train_stop;
	struct sigaction plain = {.sa_handler = SIG_DFL};

	file_remove_temporaries();
	fflush(NULL);
	sigaction(number, &plain, NULL);
	raise(number);
}
