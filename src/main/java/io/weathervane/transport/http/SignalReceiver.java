package io.weathervane.transport.http;

import java.util.Optional;

/** Takes what is posted to {@code /signals/NAME}. */
@FunctionalInterface
public interface SignalReceiver {
    /**
     * Takes it, or refuses it.
     *
     * @param signature of the body, still to be checked; empty when the sender has shown a token of an operator
     * @param sender for the log
     */
    Answer receive(String name, byte[] body, Optional<String> signature, String sender);

    /** No signals. */
    static SignalReceiver none() {
        return (name, body, signature, sender) -> new Answer(404, "no signal of this name is posted here");
    }

    /**
     * The answer.
     *
     * @param status 200 when it was taken
     * @param text the signal's name, or why it was not taken
     */
    record Answer(int status, String text) {}
}
