package io.weathervane.worker.remote.auth;

import java.time.Duration;

/**
 * A token, as a token endpoint gave it.
 *
 * @param lifetime how long it is good, from when it was asked for
 */
record AccessToken(String value, Duration lifetime) {
    @Override
    public String toString() {
        return "AccessToken[" + lifetime + "]";
    }
}
