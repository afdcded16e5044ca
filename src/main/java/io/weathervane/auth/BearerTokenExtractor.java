package io.weathervane.auth;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the token in the {@code Authorization} header of a request (RFC 6750); nowhere else is looked. */
public final class BearerTokenExtractor {
    private static final String SCHEME = "Bearer";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]++=*+");

    private BearerTokenExtractor() {}

    /** The header is there and cannot be meant; the message says how it should be. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    /** The token, or nothing when the headers have none of this kind. */
    public static Optional<String> in(List<String> headers) throws MalformedException {
        if (headers.size() > 1) {
            throw new MalformedException("there is more than one Authorization header; send one");
        }
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        String header = headers.get(0).strip();
        int gap = header.indexOf(' ');
        String scheme = gap < 0 ? header : header.substring(0, gap);
        if (!scheme.equalsIgnoreCase(SCHEME)) {
            return Optional.empty();
        }
        String token = header.substring(scheme.length()).strip();
        if (!TOKEN.matcher(token).matches()) {
            throw new MalformedException("the Authorization header must be \"Bearer\", a space and a token");
        }
        return Optional.of(token);
    }
}
