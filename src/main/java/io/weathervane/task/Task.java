package io.weathervane.task;

import java.time.Instant;
import java.util.Optional;

/**
 * A task as it is in the database.
 *
 * @param id hard to guess, and shown to its owner only
 */
public record Task(String id, String tool, Instant createdAt, State state) {
    /**
     * The progress of a task.
     *
     * @param at when it became so
     * @param outcome the JSON of the result ({@link TaskStatus#COMPLETED}) or of the error ({@link TaskStatus#FAILED})
     */
    record State(TaskStatus status, String message, Instant at, Optional<String> outcome) {}

    public TaskStatus status() {
        return state.status();
    }

    /** For people. */
    public String message() {
        return state.message();
    }

    public Instant updatedAt() {
        return state.at();
    }

    public Optional<String> outcome() {
        return state.outcome();
    }
}
