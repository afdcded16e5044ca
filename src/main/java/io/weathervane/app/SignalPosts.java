package io.weathervane.app;

import io.weathervane.signal.ExternalSignalRegistry;
import io.weathervane.signal.SignalPostResult;
import io.weathervane.transport.http.SignalReceiver;
import java.util.Optional;

/** What is posted to {@code /signals}, handed to the signals, with HTTP's word for what became of it. */
final class SignalPosts implements SignalReceiver {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;

    private final ExternalSignalRegistry signals;

    SignalPosts(ExternalSignalRegistry signals) {
        this.signals = signals;
    }

    @Override
    public Answer receive(String name, byte[] body, Optional<String> signature, String sender) {
        SignalPostResult result = signals.receive(name, body, signature, sender);
        return new Answer(status(result.outcome()), result.text());
    }

    private static int status(SignalPostResult.Outcome outcome) {
        return switch (outcome) {
            case TAKEN -> OK;
            case MALFORMED -> BAD_REQUEST;
            case UNPROVEN -> UNAUTHORIZED;
            case UNKNOWN -> NOT_FOUND;
            case TOO_MANY -> TOO_MANY_REQUESTS;
        };
    }
}
