package browsertest

import (
	"encoding/json"
	"fmt"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// Point is a place in the window, in CSS pixels.
type Point struct{ X, Y float64 }

// Middle scrolls an element into view and returns the point in its middle.
func (b *Tab) Middle(selector string) Point {
	b.t.Helper()
	return Eval[Point](b, fmt.Sprintf(`(el => {
		el.scrollIntoView({block: 'center', behavior: 'instant'});
		const box = el.getBoundingClientRect();
		return {X: box.left + box.width / 2, Y: box.top + box.height / 2};
	})(document.querySelector(%s))`, quote(selector)))
}

// Drag presses the mouse in the middle of an element, moves it by so many
// pixels and lets go.
func (b *Tab) Drag(selector string, right, down float64) {
	b.t.Helper()
	at := b.Middle(selector)
	to := Point{at.X + right, at.Y + down}
	b.mouse(input.DispatchMouseEventTypeMousePressed, at)
	b.mouse(input.DispatchMouseEventTypeMouseMoved, Point{(at.X + to.X) / 2, (at.Y + to.Y) / 2})
	b.mouse(input.DispatchMouseEventTypeMouseMoved, to)
	b.mouse(input.DispatchMouseEventTypeMouseReleased, to)
}

// ClickAt clicks at a point, without looking what is there.
func (b *Tab) ClickAt(at Point) {
	b.t.Helper()
	b.mouse(input.DispatchMouseEventTypeMousePressed, at)
	b.mouse(input.DispatchMouseEventTypeMouseReleased, at)
}

func (b *Tab) mouse(kind input.DispatchMouseEventType, at Point) {
	b.t.Helper()
	b.do("use the mouse", call(input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1}))
}

// Wheel turns the wheel over the middle of an element; a negative number is
// away from the visitor.
func (b *Tab) Wheel(selector string, delta float64) {
	b.t.Helper()
	at := b.Middle(selector)
	b.do("turn the wheel", call(input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: input.DispatchMouseEventTypeMouseWheel, X: at.X, Y: at.Y, DeltaY: delta, DeltaX: 1e-9})) // of two that are asked for, zero would be left out
}

// Pinch puts two fingers beside the middle of an element, from pixels apart,
// and moves them until they are to pixels apart.
func (b *Tab) Pinch(selector string, from, to float64) {
	b.t.Helper()
	at := b.Middle(selector)
	fingers := func(kind input.DispatchTouchEventType, apart float64) {
		b.t.Helper()
		points := []*input.TouchPoint{}
		for i := range 2 {
			id, side := float64(i), float64(2*i-1)
			points = append(points, &input.TouchPoint{X: at.X + side*apart/2, Y: at.Y, ID: &id})
		}
		if kind == input.DispatchTouchEventTypeTouchEnd {
			points = points[:0]
		}
		b.do("touch", call(input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points}))
	}
	fingers(input.DispatchTouchEventTypeTouchStart, from)
	fingers(input.DispatchTouchEventTypeTouchMove, (from+to)/2)
	fingers(input.DispatchTouchEventTypeTouchMove, to)
	fingers(input.DispatchTouchEventTypeTouchEnd, 0)
}

// Drop drags files from the visitor's disk over the middle of an element, and
// lets them go there.
func (b *Tab) Drop(selector string, paths ...string) {
	b.t.Helper()
	at := b.Middle(selector)
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: paths, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		b.do("drop files on "+selector, call(input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: at.X, Y: at.Y, Data: data}))
	}
}

// Paste pastes files where the focus is, as after copying pictures elsewhere.
// Contents are by name. The clipboard of the system is not touched.
func (b *Tab) Paste(files map[string][]byte) {
	b.t.Helper()
	all, err := json.Marshal(files) // bytes become base64
	if err != nil {
		b.t.Fatal(err)
	}
	Eval[bool](b, fmt.Sprintf(`(files => {
		const data = new DataTransfer();
		for (const [name, content] of Object.entries(files)) data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name));
		return document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})) || true;
	})(%s)`, all))
}

// SetFile chooses the files at paths in an input of type file.
func (b *Tab) SetFile(selector string, paths ...string) {
	b.t.Helper()
	b.do("choose files in "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), paths, chromedp.NodeReady))
}
