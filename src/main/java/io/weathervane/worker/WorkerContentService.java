package io.weathervane.worker;

import io.weathervane.jsonrpc.InputRequiredException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** The active worker's prompts, resources and completions, and the subscriptions that clients have to them. */
public interface WorkerContentService {
    /** Server info of the active worker; nothing while there is none. */
    WorkerServerInfo serverInfo();

    /** Whether the active worker announces such a list, or has answered for it. */
    boolean has(WorkerListKind list);

    /** The entries as the active worker gave them last; the same object as long as they are the same. */
    List<ObjectNode> list(WorkerListKind list);

    /** The {@code _meta} of the list as the active worker gave it last, but for the keys of the protocol itself. */
    ObjectNode listMeta(WorkerListKind list);

    /** Asks the active worker for its tools again, if it may have others by now than it had; waits a moment for the answer. */
    void refreshTools();

    /** Whether {@link #refreshTools} would ask. */
    boolean toolsMayBeOld();

    /** Asks the active worker for its tools again when it is not known to have this one. */
    void lookFor(String tool);

    /** Reason why the active worker's tools are missing: it is starting, or is down; empty when they are there. */
    Optional<String> missing();

    /** Whether the active worker is not up and is to be started, for the first time or again. */
    boolean restartPending();

    /**
     * The entries as the active worker gives them now, which may take as long as a call; those of last time while it is
     * down.
     *
     * @param caller may cancel it, which the worker is told; it is asked nothing
     * @param patience beyond it those of last time have to do; without one as long as a call may take
     * @throws WorkerCallException when it answers with an error, or not within a call's time: a part of a list is no list
     */
    List<ObjectNode> listNow(WorkerListKind list, WorkerCallContext caller, Optional<Duration> patience);

    /**
     * Asks the active worker: {@code prompts/get}, {@code resources/read}, {@code completion/complete}.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     * @throws InputRequiredException when the client has to answer the worker first, by a further request
     */
    WorkerAnswer request(String method, ObjectNode params, WorkerCallContext callContext);

    /**
     * Asks the active worker for something that may change it: a request that may have been done is not made again.
     *
     * @throws WorkerCallException when there is no answer, or the answer is an error
     */
    WorkerAnswer requestOnce(String method, ObjectNode params, WorkerCallContext callContext);

    /**
     * Subscribes to changes of this resource at the active worker, also at the one after a switch.
     *
     * @param waits whether it may take as long as a call
     * @throws WorkerCallException when the active worker refuses that
     */
    void watch(String uri, boolean waits);

    void unwatch(String uri);

    /** The resources that the active worker is to tell of. */
    Set<String> watched();

    /** Has the active worker, whichever that is, log so much. */
    void logLevel(String newLevel);

    /** Tells the listener of each change of a list that the active worker announces though the list is the same. */
    void onListTold(Consumer<WorkerListKind> listener);

    /** Tells the listener, on the worker's thread, which resource of the active worker has changed. */
    void onResourceUpdated(Consumer<ObjectNode> listener);

    /** Has the listener told what an extension of the active worker says that belongs to no call. */
    void onTold(BiConsumer<String, ObjectNode> listener);

    /** Passes on what a client says: of its roots to all workers that know of roots, else to the active one. */
    void sendNotification(String method, ObjectNode params);

    /** Has the listener told, on the worker's thread, what the active worker logs that belongs to no call. */
    void onLogged(Consumer<ObjectNode> listener);
}
