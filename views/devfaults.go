package views

import (
	"slices"

	"github.com/labstack/echo/v4"

	"superbook/forms"
	"superbook/kit/fault"
	"superbook/kit/form"
	"superbook/kit/problem"
	"superbook/kit/queue"
	"superbook/kit/render"
	"superbook/kit/route"
)

// DevFaultsPage says what goes wrong on purpose, and changes it.
type DevFaultsPage struct {
	Base
	Form  forms.Fault
	Kinds []queue.Kind
	On    fault.Plan
}

// Template names the page's template.
func (DevFaultsPage) Template() string { return "dev/faults" }

func (v *Views) devFaultsPage(c echo.Context) (DevFaultsPage, error) {
	if v.Faults == nil {
		return DevFaultsPage{}, problem.NotFound("There is no such page.")
	}
	return DevFaultsPage{Base: v.base(c, "", "Faults"), Kinds: v.Jobs.Kinds(), On: v.Faults.Plan()}, nil
}

// DevFaults handles GET /dev/faults. In production there is no such page.
func (v *Views) DevFaults(c echo.Context) error {
	page, err := v.devFaultsPage(c)
	if err != nil {
		return err
	}
	return render.Show(c, page)
}

// DevFaultsSave handles POST /dev/faults: sets the faults of one kind, or does
// what another button says.
func (v *Views) DevFaultsSave(c echo.Context) error {
	page, err := v.devFaultsPage(c)
	if err != nil {
		return err
	}
	ok, err := form.Read(c, &page.Form)
	if err != nil {
		return err
	}
	switch page.Form.Do {
	case "off":
		v.Faults.Set(fault.Plan{})
	case "cut":
		v.Faults.Cut()
	case "miss":
		v.Faults.Miss()
	default:
		known := slices.Contains(v.Faults.Kinds(), page.Form.Kind)
		page.Form.Need("kind", known, "Choose one of the kinds of task.")
		if !ok || !known {
			return refuse(c, page.Form.All(), page)
		}
		v.Faults.SetKind(page.Form.Kind, page.Form.Wish())
	}
	return route.Redirect(c, "dev.faults")
}
