/*
 * crew.c - trials of a lone thread against the team; see crew.h.
 */
#include "nn/crew.h"

#include <math.h>

#define MUCH_WAITING 0.25 /* of the time */
#define TRIAL_AFTER 8     /* jobs at least from one lone trial to the next */
#define PATIENCE 2
#define MOST_PATIENCE 512

void
crew_init(struct crew *crew, unsigned threads, int64_t rows, double job_ns)
{
	*crew = (struct crew){
		.threads = threads, .job_ns = job_ns, .rows = rows,
		.patience = PATIENCE,
		/*
		 * The first job wakes the other threads: that it waits for
		 * them says nothing, so the second is the first that counts.
		 */
		.since = TRIAL_AFTER - 2,
	};
}

/*
 * Back to what was faster before the trial.  Blocks grow at the start, and rows
 * of longer ones take less anyway: what was won by them is tried anew.
 */
static void
end_trial(struct crew *crew, const struct crew_job *job)
{
	bool is_fair = job->block == crew->block;
	bool is_won = is_fair && job->ns_row <= crew->ns_row;

	crew->trial = false;
	if (!is_won)
		crew->alone = !crew->alone;
	if (!crew->alone)
		crew->patience = PATIENCE;
	else if (is_fair && !is_won && crew->patience < MOST_PATIENCE)
		crew->patience *= 2;
	crew->since = is_fair ? 0 :
		      (crew->alone ? crew->patience : TRIAL_AFTER) - 1;
}

static bool
is_trial_due(const struct crew *crew, const struct crew_job *job)
{
	return crew->alone ? crew->since >= crew->patience :
	       crew->since >= TRIAL_AFTER && job->waited > MUCH_WAITING;
}

void
crew_choose(struct crew *crew, const struct crew_job *job)
{
	crew->rows = (int64_t)(crew->job_ns / fmax(job->ns_row, 1)) + 1;
	if (crew->threads == 1)
		return;
	if (crew->trial) {
		end_trial(crew, job);
		return;
	}
	crew->since++;
	if (!is_trial_due(crew, job))
		return;
	crew->trial = true;
	crew->alone = !crew->alone;
	crew->ns_row = job->ns_row;
	crew->block = job->block;
}
