package io.weathervane.worker.remote;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;

/** Body of a POST; its first byte is requested once there is a connection, and from then on the server may have it. */
final class PostedBody implements HttpRequest.BodyPublisher {
    private final HttpRequest.BodyPublisher bytes;
    private final BooleanSupplier begins;

    /** @param begins told just before the first byte is sent; false when it must not be any more */
    PostedBody(byte[] body, BooleanSupplier begins) {
        this.bytes = HttpRequest.BodyPublishers.ofByteArray(body);
        this.begins = begins;
    }

    @Override
    public long contentLength() {
        return bytes.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        if (begins.getAsBoolean()) {
            bytes.subscribe(subscriber);
            return;
        }
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(new IOException("the call was withdrawn"));
    }
}
