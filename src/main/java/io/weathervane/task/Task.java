package io.weathervane.task;

import java.time.Instant;
import java.util.Optional;

/**
 * A task as it is in the database.
 *
 * @param id hard to guess, and shown to its owner only
 * @param outcome the JSON of the result ({@link TaskStatus#COMPLETED}) or of the error ({@link TaskStatus#FAILED})
 */
public record Task(
        String id,
        String tool,
        TaskStatus status,
        String message,
        Instant createdAt,
        Instant updatedAt,
        Optional<String> outcome) {}
