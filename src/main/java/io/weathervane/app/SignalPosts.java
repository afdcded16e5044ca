package io.weathervane.app;

import io.weathervane.signal.ExternalSignalRegistry;
import io.weathervane.signal.SignalPostResult;
import io.weathervane.transport.http.SignalReceiver;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Hands what is posted to {@code /signals} to the service whose signal it is, and answers with HTTP's status for the result. */
final class SignalPosts implements SignalReceiver {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int TOO_MANY_REQUESTS = 429;

    private final Supplier<List<ExternalSignalRegistry>> services;

    /** @param services the signals of each service that there is now, at least one; a name is of one of them only */
    SignalPosts(Supplier<List<ExternalSignalRegistry>> services) {
        this.services = services;
    }

    @Override
    public Answer receive(String name, byte[] body, Optional<String> signature, String sender) {
        List<ExternalSignalRegistry> now = services.get();
        ExternalSignalRegistry signals =
                now.stream().filter(each -> each.isPosted(name)).findFirst().orElse(now.get(0));
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
