package io.weathervane.worker.remote;

import java.util.Optional;

/** Reachability of a server, as its newest requests tell: whether it can be reached and takes them. */
final class Reachability {
    private volatile Optional<Problem> problem = Optional.empty();

    private record Problem(boolean reached, String text) {}

    /** Why it serves no calls, as the end of a sentence that begins with its name; empty when it does, for all that is known. */
    Optional<String> problem() {
        return problem.map(Problem::text);
    }

    /** It was tried in vain, all of its instances, or what would let us in could not be had. */
    void unreachable(String why) {
        problem = Optional.of(new Problem(/* reached= */ false, "cannot be reached: " + why));
    }

    /**
     * It answered, and not as a server that serves us does. An answer that is about one request only says nothing of others.
     *
     * @param text what it answered, without secrets
     */
    void refused(CompleteResponse answer, String text) {
        if (answer.status() != 413 && answer.status() != 429) {
            problem = Optional.of(new Problem(/* reached= */ true, "does not serve requests: " + text));
        }
    }

    /** It has answered something. */
    void reached() {
        if (problem.filter(one -> !one.reached()).isPresent()) {
            problem = Optional.empty();
        }
    }

    /** It has answered as it should. */
    void served() {
        if (problem.isPresent()) {
            problem = Optional.empty();
        }
    }
}
