/** The last moment before a request is sent. */
import type { Dispatcher } from "undici";

/**
 * Calls `check` when a connection stands and the first byte of a request is about to go out. What it throws, the request throws,
 * and nothing has been sent. Only undici knows that moment: connecting takes seconds at times, and a process may be paused while it
 * waits for a connection.
 */
export function checkingFirst(check: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        check();
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...answer) => handler.onResponseStart?.(...answer),
      onResponseData: (...data) => handler.onResponseData?.(...data),
      onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
      onResponseError: (...error) => handler.onResponseError?.(...error),
    });
}
