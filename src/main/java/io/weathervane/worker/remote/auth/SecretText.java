package io.weathervane.worker.remote.auth;

import java.util.regex.Pattern;

/** Checks the text of a secret that a header is to carry. No message has any part of it. */
final class SecretText {
    /** Most characters: servers take headers of 8 to 16 KiB. */
    static final int LENGTH_MAX = 16 * 1024;

    private static final Pattern CARRIED = Pattern.compile("[\\x20-\\x7E]+");

    private SecretText() {}

    /**
     * The secret without the space around it, such as the line break at the end of a file.
     *
     * @param where it was read, as the beginning of a sentence
     */
    static String checked(String text, String where) throws CredentialException {
        if (text.length() > LENGTH_MAX) {
            throw new CredentialException(
                    where + " has more than " + LENGTH_MAX / 1024 + " KiB, which is no secret for a header");
        }
        String secret = text.strip();
        if (secret.isEmpty()) {
            throw new CredentialException(where + " is empty");
        }
        if (!CARRIED.matcher(secret).matches()) {
            throw new CredentialException(where + " has a line break or another character that a header cannot carry");
        }
        return secret;
    }
}
