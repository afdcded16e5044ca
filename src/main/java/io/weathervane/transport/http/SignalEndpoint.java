package io.weathervane.transport.http;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.util.HmacSignature;
import io.weathervane.util.MemoryBudget;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /signals/NAME}: for a caller that signs the body with the signal's secret, or shows a token of an operator. That a
 * connection comes from this machine is not enough: what is posted can roll a release back.
 */
final class SignalEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger("Signals");

    private static final String PATH = "/signals/";

    /** A webhook with several hundred alerts has less: 256 KiB. */
    private static final int BODY_BYTES_MAX = 256 * 1024;

    /** So much of one that is too large is read and dropped, for its sender to read why. */
    private static final int DRAIN_BYTES_MAX = 4 * BODY_BYTES_MAX;

    private final SignalReceiver receiver;
    private final RequestAdmission admission;
    private final ConnectionLimit connections;
    private final BodyMemoryBudget memory = new BodyMemoryBudget(MemoryBudget.ofCalls(), BODY_BYTES_MAX);

    SignalEndpoint(SignalReceiver receiver, RequestAdmission admission, ConnectionLimit connections) {
        this.receiver = receiver;
        this.admission = admission;
        this.connections = connections;
    }

    static boolean isAt(String path) {
        return path.startsWith(PATH);
    }

    void handle(HttpExchange httpExchange) {
        String signature = httpExchange.headers().get(HmacSignature.HEADER);
        if (!httpExchange.request().getMethod().equals("POST")) {
            JsonResponses.methodNotAllowed(httpExchange, "POST");
        } else if (signature != null) {
            admission.admitUnproven(httpExchange, exchange -> read(exchange, Optional.of(signature.trim())));
        } else {
            admission.admit(httpExchange, this::byToken);
        }
    }

    private void byToken(HttpExchange httpExchange) {
        connections.setCaller(httpExchange);
        if (httpExchange.caller().identity() != Caller.Identity.TOKEN) {
            JsonResponses.refusedUnread(
                    httpExchange,
                    HttpStatus.UNAUTHORIZED_401,
                    "a signal needs the signature of its body (" + HmacSignature.HEADER
                            + ", with the secret of the signal's secretEnv) or a token (server.auth)");
        } else if (!httpExchange.caller().has(CallerRole.OPERATOR)) {
            admission.refuseFor(CallerRole.OPERATOR, httpExchange, "posting a signal");
        } else {
            read(httpExchange, Optional.empty());
        }
    }

    private void read(HttpExchange httpExchange, Optional<String> signature) {
        Optional<BodyMemoryBudget.Claim> claimed = memory.claim(httpExchange);
        if (claimed.isEmpty()) {
            RequestBodyReader.discard(httpExchange);
            JsonResponses.later(
                    httpExchange, HttpStatus.SERVICE_UNAVAILABLE_503, JsonResponses.SOON, memory.refusal(httpExchange));
            return;
        }
        try (BodyMemoryBudget.Claim claim = claimed.get()) {
            byte[] body = RequestBodyReader.read(httpExchange.request(), BODY_BYTES_MAX, DRAIN_BYTES_MAX);
            connections.bodyReceived(httpExchange.request());
            claim.shrinkTo(body.length);
            received(httpExchange, body, signature);
        } catch (RequestBodyReader.TooLargeException e) {
            if (!e.drained()) {
                JsonResponses.closeAfter(httpExchange);
            }
            JsonResponses.refused(
                    httpExchange,
                    HttpStatus.PAYLOAD_TOO_LARGE_413,
                    "a signal has at most " + BODY_BYTES_MAX + " bytes (Alertmanager: max_alerts)");
        } catch (IOException e) {
            LOG.debug("A sender went away before its signal had come", e);
            httpExchange.callback().failed(e);
        }
    }

    private void received(HttpExchange httpExchange, byte[] body, Optional<String> signature) {
        String name = Request.getPathInContext(httpExchange.request()).substring(PATH.length());
        String sender =
                signature.isPresent() ? "signature" : httpExchange.caller().name();
        SignalReceiver.Answer answer = receiver.receive(name, body, signature, sender);
        switch (answer.status()) {
            case HttpStatus.OK_200 ->
                JsonResponses.json(
                        httpExchange,
                        answer.status(),
                        JsonRpcCodec.JSON.writeValueAsBytes(
                                JsonRpcCodec.JSON.createObjectNode().put("signal", answer.text())));
            case HttpStatus.UNAUTHORIZED_401 -> admission.refuseUnproven(httpExchange, answer.text());
            case HttpStatus.TOO_MANY_REQUESTS_429 ->
                JsonResponses.later(httpExchange, answer.status(), JsonResponses.SOON, answer.text());
            default -> JsonResponses.refused(httpExchange, answer.status(), answer.text());
        }
    }
}
