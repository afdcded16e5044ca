package io.weathervane.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The end of a replaced worker, which has begun and goes on in the background.
 *
 * @param label empty when there was none to end
 * @param within how long its calls in flight and its tasks get to come to their end
 * @param drained told when it has ended: whether its calls and tasks all came to their end by themselves
 */
public record OngoingDrain(Optional<String> label, Duration within, CompletableFuture<Boolean> drained) {}
