package io.weathervane.worker.remote;

import java.net.URI;
import java.util.List;

/** The instances of a release, of which one gets the calls until it cannot be reached. */
final class Instances {
    private final List<URI> urls;
    private volatile URI preferred;

    /** @param urls at least one */
    Instances(List<URI> urls) {
        this.urls = List.copyOf(urls);
        this.preferred = urls.get(0);
    }

    /** The instance that new requests go to. */
    URI preferred() {
        return preferred;
    }

    int count() {
        return urls.size();
    }

    List<URI> allBut(URI one) {
        return urls.stream().filter(url -> !url.equals(one)).toList();
    }

    /** An instance that cannot be reached is left for the next one. */
    synchronized void leave(URI unreachable) {
        if (preferred.equals(unreachable)) {
            preferred = urls.get((urls.indexOf(unreachable) + 1) % urls.size());
        }
    }
}
