package io.weathervane.transport.http;

import io.weathervane.util.MemoryBudget;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Request;

/** Claims memory for the bodies of requests, from before they are read until their calls have ended. */
final class BodyMemoryBudget {
    /** How long a request waits for memory, before a word of its body is read. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final MemoryBudget budget;
    private final int bodyBytes;
    private final ConcurrentHashMap<String, Share> shares = new ConcurrentHashMap<>();

    /** Memory of one caller while it has requests. */
    private record Share(MemoryBudget.Account account, int requests) {}

    /** @param bodyBytes most bytes of a body */
    BodyMemoryBudget(MemoryBudget budget, int bodyBytes) {
        this.budget = budget;
        this.bodyBytes = bodyBytes;
    }

    /** Memory that one request has claimed. */
    final class Claim implements AutoCloseable {
        private final String caller;
        private final MemoryBudget.Account account;
        private long bytes;

        private Claim(String caller, MemoryBudget.Account account, long bytes) {
            this.caller = caller;
            this.account = account;
            this.bytes = bytes;
        }

        /** The body turned out to be so long. */
        void shrinkTo(int length) {
            if (length < bytes) {
                account.release(bytes - length);
                bytes = length;
            }
        }

        @Override
        public void close() {
            account.release(bytes);
            leave(caller);
        }
    }

    /** Empty when there is none in time. A body that is refused for its length needs none. */
    Optional<Claim> claim(HttpExchange httpExchange) {
        long bytes = length(httpExchange.request());
        String caller =
                httpExchange.caller().transport() + "/" + httpExchange.caller().name();
        MemoryBudget.Account account = enter(caller);
        if (claimed(account, bytes)) {
            return Optional.of(new Claim(caller, account, bytes));
        }
        leave(caller);
        return Optional.empty();
    }

    private long length(Request request) {
        long length = request.getLength();
        return length > bodyBytes ? 0 : length < 0 ? bodyBytes : length;
    }

    private static boolean claimed(MemoryBudget.Account account, long bytes) {
        try {
            return account.claim(bytes, WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private MemoryBudget.Account enter(String caller) {
        return shares.compute(
                        caller,
                        (name, share) -> share == null
                                ? new Share(budget.account(), 1)
                                : new Share(share.account, share.requests + 1))
                .account;
    }

    private void leave(String caller) {
        shares.computeIfPresent(
                caller, (name, share) -> share.requests == 1 ? null : new Share(share.account, share.requests - 1));
    }

    /** Why there was none. */
    String refusal(HttpExchange httpExchange) {
        return "there is no memory for this request of "
                + (httpExchange.request().getLength() < 0
                        ? "up to " + bodyBytes
                        : httpExchange.request().getLength())
                + " bytes now: there may be " + budget.account().limit() + "; nothing was done";
    }
}
